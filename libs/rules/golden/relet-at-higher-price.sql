WITH
  if(hit, toInt64(all_at[chosen1]), 0) AS occurredAt,
  arrayFilter((r, i) -> has(shown, i), timeline, arrayEnumerate(timeline)) AS proving,
  arrayMap(i -> proof.2[indexOf(proof.1, i)], shown) AS roles,
  arrayMap(
    (r, o) -> (
      r.4 /* type */,
      r.3 /* id */,
      r.5 /* version */,
      r.6 /* streamOffset */,
      r.7 /* hash */,
      r.1 /* atMs */,
      o
    ),
    proving,
    roles
  ) AS evidence,
  toString(arrayCount((x1) -> (x1 > 0), tupleElement(begun1, 1))) AS count_figure,
  toString(all_at[chosen0]) AS firstAtMs_figure,
  toString(all_at[chosen1]) AS lastAtMs_figure,
  toString(arrayFilter((contract_name_i) -> (NOT (contract_name_i IS NULL)), contract_name)[-1]) AS contractName_figure,
  toString(arrayFilter(
    (contract_contractId_i) -> (NOT (contract_contractId_i IS NULL)),
    contract_contractId
  )[-1]) AS contractId_figure,
  toString(arrayFilter(
    (contract_annualFen_i) -> (NOT (contract_annualFen_i IS NULL)),
    contract_annualFen
  )[-1]) AS annualFen_figure,
  toString(arrayFilter(
    (contract_villageCode_i) -> (NOT (contract_villageCode_i IS NULL)),
    contract_villageCode
  )[-1]) AS villageCode_subject,
  toString(arrayFilter(
    (contract_townshipCode_i) -> (NOT (contract_townshipCode_i IS NULL)),
    contract_townshipCode
  )[-1]) AS townshipCode_subject
SELECT
  scope,
  tuple(
    hit,
    occurredAt,
    due,
    evidence,
    if(hit, CAST([
      count_figure,
      firstAtMs_figure,
      lastAtMs_figure,
      contractName_figure,
      contractId_figure,
      annualFen_figure
    ], 'Array(Nullable(String))'), []),
    CAST([
      villageCode_subject,
      townshipCode_subject
    ], 'Array(Nullable(String))')
  ) AS r0
FROM (
  SELECT *,
    arraySlice(arraySort(arrayDistinct(proof.1)), 1, 200) AS shown
  FROM (
    SELECT *,
      if(
        hit,
        arrayConcat(
          CAST([], 'Array(Tuple(UInt32, UInt8))'),
          arrayMap(p -> (toUInt32(p), toUInt8(0 /* contract */)), [toInt64(chosen0)]),
          arrayMap(p -> (toUInt32(p), toUInt8(0 /* contract */)), [toInt64(chosen1)])
        ),
        CAST([], 'Array(Tuple(UInt32, UInt8))')
      ) AS proof
    FROM (
      SELECT *,
        (chosen1 > 0) AS hit,
        ifNull(
          arrayMin(arrayConcat(
            arrayConcat(
              CAST([], 'Array(Int64)'),
              arrayFilter(
                (x1, x2) -> x2,
                arraySlice(tupleElement(timeline, 1 /* atMs */), existing + 1),
                arrayMap(
                  (w0) -> bitAnd(w0, 1) != 0 /* contract */,
                  arraySlice(tupleElement(timeline, 8 /* marks */), existing + 1)
                )
              )
            ),
            CAST([], 'Array(Int64)')
          )),
          0
        ) AS due
      FROM (
        SELECT *,
          tupleElement(begun1[1], 1) AS chosen1,
          (-tupleElement(begun1[1], 2)) AS chosen0
        FROM (
          SELECT *,
            arrayFilter((r, nth) -> nth = 1, sorted1, arrayEnumerateUniq(tupleElement(sorted1, 1))) AS begun1
          FROM (
            SELECT *,
              arraySort(arrayFlatten(arrayMap(
                (begun0_i) -> arrayMap(
                  (x2) -> (toInt64(x2), toInt64((-tupleElement(begun0_i, 1)))),
                  arrayFilter(
                    (contract_places_j) -> (
                      (
                        (contract_places_j > tupleElement(begun0_i, 1))
                        AND ((all_at[contract_places_j] - all_at[tupleElement(begun0_i, 1)]) < ({p2:Int64} * 86400000))
                      )
                      AND ifNull(
                        toInt128(all_annualFen[contract_places_j]) * 100 > toInt128(all_annualFen[tupleElement(
                          begun0_i,
                          1
                        )]) * {p3:Int64},
                        0
                      )
                    ),
                    contract_places
                  )
                ),
                begun0
              ))) AS sorted1
            FROM (
              SELECT *,
                arrayFilter((r, nth) -> nth = 1, sorted0, arrayEnumerateUniq(tupleElement(sorted0, 1))) AS begun0
              FROM (
                SELECT *,
                  arraySort(arrayMap(
                    (contract_places_i) -> tuple(toInt64(contract_places_i)),
                    contract_places
                  )) AS sorted0
                FROM (
                  SELECT *,
                    arrayFilter((x, m) -> bitTest(m, 0), all_places, all_marks) AS contract_places,
                    arrayFilter((x, m) -> bitTest(m, 0), all_name, all_marks) AS contract_name,
                    arrayFilter((x, m) -> bitTest(m, 0), all_contractId, all_marks) AS contract_contractId,
                    arrayFilter((x, m) -> bitTest(m, 0), all_annualFen, all_marks) AS contract_annualFen,
                    arrayFilter((x, m) -> bitTest(m, 0), all_villageCode, all_marks) AS contract_villageCode,
                    arrayFilter((x, m) -> bitTest(m, 0), all_townshipCode, all_marks) AS contract_townshipCode
                  FROM (
                    SELECT *,
                      arrayCount(a -> a <= {now:Int64}, timeline.1) AS existing,
                      arraySlice(tupleElement(timeline, 8 /* marks */), 1, existing) AS all_marks,
                      arraySlice(tupleElement(timeline, 9 /* cell_annualFen */), 1, existing) AS all_annualFen,
                      arraySlice(tupleElement(timeline, 10 /* cell_name */), 1, existing) AS all_name,
                      arraySlice(tupleElement(timeline, 11 /* cell_contractId */), 1, existing) AS all_contractId,
                      arraySlice(tupleElement(timeline, 12 /* cell_villageCode */), 1, existing) AS all_villageCode,
                      arraySlice(tupleElement(timeline, 13 /* cell_townshipCode */), 1, existing) AS all_townshipCode,
                      arraySlice(timeline.1, 1, existing) AS all_at,
                      arrayEnumerate(all_at) AS all_places
                    FROM (
                      SELECT
                        scope,
                        arraySort(groupArray(tuple(
                          atMs,
                          ord,
                          id,
                          type,
                          version,
                          streamOffset,
                          hash,
                          marks,
                          cell_annualFen,
                          cell_name,
                          cell_contractId,
                          cell_villageCode,
                          cell_townshipCode
                        ))) AS timeline
                      FROM (
                        SELECT
                          assumeNotNull(CAST(assetId, 'Nullable(String)')) AS scope,
                          toInt64(atMs) AS atMs,
                          toInt64(0) AS ord,
                          id AS id,
                          toUInt8(0 /* assets.contract */) AS type,
                          toUInt64(version) AS version,
                          toUInt64(streamOffset) AS streamOffset,
                          toString(hash) AS hash,
                          toUInt64(if(ifNull(kind IN ({p0:String}, {p1:String}), 0), 1 /* contract */, 0)) AS marks,
                          CAST(annualFen, 'Nullable(Int64)') AS cell_annualFen,
                          CAST(name, 'Nullable(String)') AS cell_name,
                          CAST(contractId, 'Nullable(String)') AS cell_contractId,
                          CAST(villageCode, 'Nullable(String)') AS cell_villageCode,
                          CAST(townshipCode, 'Nullable(String)') AS cell_townshipCode
                        FROM cur_assets_contract_by_assetId FINAL
                        WHERE assetId IS NOT NULL
                          AND ((ifNull(kind IN ({p0:String}, {p1:String}), 0)))
                      )
                      GROUP BY scope
                    )
                  )
                )
              )
            )
          )
        )
      )
    )
    WHERE hit OR due > 0
  )
)
