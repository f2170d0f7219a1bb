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
  toString(arrayFilter((failed_title_i) -> (NOT (failed_title_i IS NULL)), failed_title)[-1]) AS title_figure,
  toString(arrayFilter(
    (failed_floorFen_i) -> (NOT (failed_floorFen_i IS NULL)),
    failed_floorFen
  )[-1]) AS floorFen_figure,
  toString(arrayFilter(
    (deal_annualFen_i) -> (NOT (deal_annualFen_i IS NULL)),
    deal_annualFen
  )[-1]) AS dealAnnualFen_figure,
  toString(arrayFilter((deal_dealtOn_i) -> (NOT (deal_dealtOn_i IS NULL)), deal_dealtOn)[-1]) AS dealtOn_figure,
  toString(arrayFilter(
    (deal_villageCode_i) -> (NOT (deal_villageCode_i IS NULL)),
    deal_villageCode
  )[-1]) AS villageCode_subject,
  toString(arrayFilter(
    (failed_townshipCode_i) -> (NOT (failed_townshipCode_i IS NULL)),
    failed_townshipCode
  )[-1]) AS townshipCode_subject,
  toString(arrayFilter(
    (deal_contractId_i) -> (NOT (deal_contractId_i IS NULL)),
    deal_contractId
  )[-1]) AS contractId_subject
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
      title_figure,
      floorFen_figure,
      dealAnnualFen_figure,
      dealtOn_figure
    ], 'Array(Nullable(String))'), []),
    CAST([
      villageCode_subject,
      townshipCode_subject,
      contractId_subject
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
          arrayMap(p -> (toUInt32(p), toUInt8(0 /* failed */)), [toInt64(chosen0)]),
          arrayMap(p -> (toUInt32(p), toUInt8(1 /* deal */)), [toInt64(chosen1)])
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
                  (w0) -> bitAnd(w0, 3) != 0 /* failed, deal */,
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
                    (deal_places_j) -> (
                      (deal_places_j > tupleElement(begun0_i, 1))
                      AND ifNull(
                        toInt128(all_annualFen_or_floorFen[deal_places_j]) * 100 < toInt128(all_annualFen_or_floorFen[tupleElement(
                          begun0_i,
                          1
                        )]) * {p1:Int64},
                        0
                      )
                    ),
                    deal_places
                  )
                ),
                begun0
              ))) AS sorted1
            FROM (
              SELECT *,
                arrayFilter((r, nth) -> nth = 1, sorted0, arrayEnumerateUniq(tupleElement(sorted0, 1))) AS begun0
              FROM (
                SELECT *,
                  arraySort(arrayMap((failed_places_i) -> tuple(toInt64(failed_places_i)), failed_places)) AS sorted0
                FROM (
                  SELECT *,
                    arrayFilter((x, m) -> bitTest(m, 0), all_places, all_marks) AS failed_places,
                    arrayFilter((x, m) -> bitTest(m, 1), all_places, all_marks) AS deal_places,
                    arrayFilter((x, m) -> bitTest(m, 0), all_title_or_villageCode, all_marks) AS failed_title,
                    arrayFilter((x, m) -> bitTest(m, 0), all_annualFen_or_floorFen, all_marks) AS failed_floorFen,
                    arrayFilter((x, m) -> bitTest(m, 1), all_annualFen_or_floorFen, all_marks) AS deal_annualFen,
                    arrayFilter((x, m) -> bitTest(m, 1), all_dealtOn, all_marks) AS deal_dealtOn,
                    arrayFilter((x, m) -> bitTest(m, 1), all_title_or_villageCode, all_marks) AS deal_villageCode,
                    arrayFilter(
                      (x, m) -> bitTest(m, 0),
                      all_townshipCode_or_contractId,
                      all_marks
                    ) AS failed_townshipCode,
                    arrayFilter((x, m) -> bitTest(m, 1), all_townshipCode_or_contractId, all_marks) AS deal_contractId
                  FROM (
                    SELECT *,
                      arrayCount(a -> a <= {now:Int64}, timeline.1) AS existing,
                      arraySlice(tupleElement(timeline, 8 /* marks */), 1, existing) AS all_marks,
                      arraySlice(
                        tupleElement(timeline, 9 /* cell_annualFen_or_floorFen */),
                        1,
                        existing
                      ) AS all_annualFen_or_floorFen,
                      arraySlice(
                        tupleElement(timeline, 11 /* cell_title_or_villageCode */),
                        1,
                        existing
                      ) AS all_title_or_villageCode,
                      arraySlice(tupleElement(timeline, 10 /* cell_dealtOn */), 1, existing) AS all_dealtOn,
                      arraySlice(
                        tupleElement(timeline, 12 /* cell_townshipCode_or_contractId */),
                        1,
                        existing
                      ) AS all_townshipCode_or_contractId,
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
                          cell_annualFen_or_floorFen,
                          cell_dealtOn,
                          cell_title_or_villageCode,
                          cell_townshipCode_or_contractId
                        ))) AS timeline
                      FROM (
                        SELECT
                          assumeNotNull(CAST(assetId, 'Nullable(String)')) AS scope,
                          toInt64(atMs) AS atMs,
                          toInt64(0) AS ord,
                          id AS id,
                          toUInt8(1 /* trading.listing */) AS type,
                          toUInt64(version) AS version,
                          toUInt64(streamOffset) AS streamOffset,
                          toString(hash) AS hash,
                          toUInt64(if(ifNull(status = {p0:String}, 0), 1 /* failed */, 0)) AS marks,
                          CAST(floorFen, 'Nullable(Int64)') AS cell_annualFen_or_floorFen,
                          CAST(NULL, 'Nullable(Int64)') AS cell_dealtOn,
                          CAST(title, 'Nullable(String)') AS cell_title_or_villageCode,
                          CAST(townshipCode, 'Nullable(String)') AS cell_townshipCode_or_contractId
                        FROM cur_trading_listing_by_assetId FINAL
                        WHERE assetId IS NOT NULL
                          AND ((ifNull(status = {p0:String}, 0)))
                        UNION ALL
                        SELECT
                          assumeNotNull(CAST(assetId, 'Nullable(String)')) AS scope,
                          toInt64(atMs) AS atMs,
                          toInt64(0) AS ord,
                          id AS id,
                          toUInt8(0 /* trading.deal */) AS type,
                          toUInt64(version) AS version,
                          toUInt64(streamOffset) AS streamOffset,
                          toString(hash) AS hash,
                          toUInt64(2 /* deal */) AS marks,
                          CAST(annualFen, 'Nullable(Int64)') AS cell_annualFen_or_floorFen,
                          CAST(toInt32(dealtOn), 'Nullable(Int64)') AS cell_dealtOn,
                          CAST(villageCode, 'Nullable(String)') AS cell_title_or_villageCode,
                          CAST(contractId, 'Nullable(String)') AS cell_townshipCode_or_contractId
                        FROM cur_trading_deal_by_assetId FINAL
                        WHERE assetId IS NOT NULL
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
