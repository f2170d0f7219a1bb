WITH
  if(hit, toInt64(tupleElement(holding[1], 1)), 0) AS occurredAt,
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
  toString(length(holding)) AS subjects_figure,
  toString(tupleElement(holding[1], 4)) AS deadlineMs_figure,
  toString(length(counted0[first])) AS laterCount_figure,
  toString(length(counted1[first])) AS inTimeCount_figure,
  toString(0) AS startMs_figure,
  toString(contract_name[first]) AS contractName_figure,
  toString(contract_signedOn[first]) AS signedOn_figure,
  toString(contract_totalFen[first]) AS totalFen_figure,
  toString(all_signedOn_or_heldOn[arrayMax(arrayConcat(
    CAST([], 'Array(Int64)'),
    arrayMap((counted0_i) -> tupleElement(counted0_i, 1), counted0)[first]
  ))]) AS heldOn_figure,
  toString(contract_villageCode[first]) AS villageCode_subject,
  toString(contract_townshipCode[first]) AS townshipCode_subject,
  toString(contract_assetId[first]) AS assetId_subject
SELECT
  scope,
  tuple(
    hit,
    occurredAt,
    due,
    evidence,
    if(hit, CAST([
      subjects_figure,
      deadlineMs_figure,
      laterCount_figure,
      inTimeCount_figure,
      startMs_figure,
      contractName_figure,
      signedOn_figure,
      totalFen_figure,
      heldOn_figure
    ], 'Array(Nullable(String))'), []),
    CAST([
      villageCode_subject,
      townshipCode_subject,
      assetId_subject
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
          arrayMap(p -> (toUInt32(p), toUInt8(0 /* contract */)), tupleElement(holding, 2)),
          arrayMap(
            p -> (toUInt32(p), toUInt8(1 /* later */)),
            arrayFlatten(arrayFilter(
              (x1, x2) -> has(tupleElement(holding, 3), x2),
              arrayMap((counted0_i) -> tupleElement(counted0_i, 1), counted0),
              arrayEnumerate(contract_at)
            ))
          ),
          arrayMap(
            p -> (toUInt32(p), toUInt8(2 /* inTime */)),
            arrayFlatten(arrayFilter(
              (x1, x2) -> has(tupleElement(holding, 3), x2),
              arrayMap((standing1_i) -> tupleElement(standing1_i, 1), standing1),
              arrayEnumerate(contract_at)
            ))
          )
        ),
        CAST([], 'Array(Tuple(UInt32, UInt8))')
      ) AS proof
    FROM (
      SELECT *,
        notEmpty(holding) AS hit,
        ifNull(
          arrayMin(arrayConcat(
            arrayConcat(
              CAST([], 'Array(Int64)'),
              arrayFilter(
                (x1, x2) -> x2,
                arraySlice(tupleElement(timeline, 1 /* atMs */), existing + 1),
                arrayMap(
                  (w0) -> bitAnd(w0, 3) != 0 /* contract, later, later */,
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
          greatest(tupleElement(holding[1], 3), 1) AS first
        FROM (
          SELECT *,
            arraySort(arrayFilter((met_i) -> (NOT ((tupleElement(met_i, 4) + 1) > {now:Int64})), met)) AS holding
          FROM (
            SELECT *,
              arrayFilter(
                (x1, holds_i) -> holds_i,
                arrayMap(
                  (x1, contract_places_i, x3, x4) -> (
                    toInt64(x1),
                    toInt64(contract_places_i),
                    toInt64(x3),
                    toInt64(x4)
                  ),
                  arrayMap(
                    (contract_at_i, x2) -> greatest(contract_at_i, x2),
                    contract_at,
                    arrayMap(
                      (counted0_i) -> if(
                        (length(counted0_i) >= {p2:Int64}),
                        toInt64(tupleElement(counted0_i[greatest({p2:Int64}, 1)], 2)),
                        toInt64(0)
                      ),
                      counted0
                    )
                  ),
                  contract_places,
                  arrayEnumerate(contract_at),
                  arrayMap((contract_at_i) -> 0, contract_at)
                ),
                holds
              ) AS met
            FROM (
              SELECT *,
                arrayMap(
                  (x1, x2) -> (x1 AND x2),
                  arrayMap((counted0_i) -> (length(counted0_i) >= {p2:Int64}), counted0),
                  arrayMap((counted1_i) -> (NOT notEmpty(counted1_i)), counted1)
                ) AS holds
              FROM (
                SELECT *,
                  arrayMap(
                    (standing0_i, contract_signedOn_i) -> arrayFilter(
                      (standing0_j) -> ifNull(
                        contract_signedOn_i < all_signedOn_or_heldOn[tupleElement(standing0_j, 1)],
                        0
                      ),
                      standing0_i
                    ),
                    standing0,
                    contract_signedOn
                  ) AS counted0,
                  arrayMap(
                    (standing1_i, contract_signedOn_i) -> arrayFilter(
                      (standing1_j) -> ifNull(
                        all_signedOn_or_heldOn[tupleElement(standing1_j, 1)] <= contract_signedOn_i,
                        0
                      ),
                      standing1_i
                    ),
                    standing1,
                    contract_signedOn
                  ) AS counted1
                FROM (
                  SELECT *,
                    arrayMap(
                      (contract_places_i, contract_places_i2) -> arrayFilter(
                        (x3) -> 1,
                        arrayMap(
                          (later_places_j, later_at_j) -> (toInt64(later_places_j), toInt64(later_at_j), toInt64(0)),
                          later_places,
                          later_at
                        )
                      ),
                      contract_places,
                      contract_places
                    ) AS standing0,
                    arrayMap(
                      (contract_places_i, contract_places_i2) -> arrayFilter(
                        (x3) -> 1,
                        arrayMap(
                          (later_places_j, later_at_j) -> (toInt64(later_places_j), toInt64(later_at_j), toInt64(0)),
                          later_places,
                          later_at
                        )
                      ),
                      contract_places,
                      contract_places
                    ) AS standing1
                  FROM (
                    SELECT *,
                      arrayFilter((x, m) -> bitTest(m, 0), all_places, all_marks) AS contract_places,
                      arrayFilter((x, m) -> bitTest(m, 0), all_at, all_marks) AS contract_at,
                      arrayFilter((x, m) -> bitTest(m, 1), all_places, all_marks) AS later_places,
                      arrayFilter((x, m) -> bitTest(m, 1), all_at, all_marks) AS later_at,
                      arrayFilter((x, m) -> bitTest(m, 0), all_signedOn_or_heldOn, all_marks) AS contract_signedOn,
                      arrayFilter((x, m) -> bitTest(m, 0), all_name, all_marks) AS contract_name,
                      arrayFilter((x, m) -> bitTest(m, 0), all_totalFen, all_marks) AS contract_totalFen,
                      arrayFilter((x, m) -> bitTest(m, 0), all_villageCode, all_marks) AS contract_villageCode,
                      arrayFilter((x, m) -> bitTest(m, 0), all_townshipCode, all_marks) AS contract_townshipCode,
                      arrayFilter((x, m) -> bitTest(m, 0), all_assetId, all_marks) AS contract_assetId
                    FROM (
                      SELECT *,
                        arrayCount(a -> a <= {now:Int64}, timeline.1) AS existing,
                        arraySlice(tupleElement(timeline, 8 /* marks */), 1, existing) AS all_marks,
                        arraySlice(
                          tupleElement(timeline, 9 /* cell_signedOn_or_heldOn */),
                          1,
                          existing
                        ) AS all_signedOn_or_heldOn,
                        arraySlice(tupleElement(timeline, 11 /* cell_name */), 1, existing) AS all_name,
                        arraySlice(tupleElement(timeline, 10 /* cell_totalFen */), 1, existing) AS all_totalFen,
                        arraySlice(tupleElement(timeline, 12 /* cell_villageCode */), 1, existing) AS all_villageCode,
                        arraySlice(tupleElement(timeline, 13 /* cell_townshipCode */), 1, existing) AS all_townshipCode,
                        arraySlice(tupleElement(timeline, 14 /* cell_assetId */), 1, existing) AS all_assetId,
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
                            cell_signedOn_or_heldOn,
                            cell_totalFen,
                            cell_name,
                            cell_villageCode,
                            cell_townshipCode,
                            cell_assetId
                          ))) AS timeline
                        FROM (
                          SELECT
                            assumeNotNull(CAST(contractId, 'Nullable(String)')) AS scope,
                            toInt64(atMs) AS atMs,
                            toInt64(0) AS ord,
                            id AS id,
                            toUInt8(0 /* assets.contract */) AS type,
                            toUInt64(version) AS version,
                            toUInt64(streamOffset) AS streamOffset,
                            toString(hash) AS hash,
                            toUInt64(if(ifNull(kind IN ({p0:String}, {p1:String}), 0), 1 /* contract */, 0)) AS marks,
                            CAST(toInt32(signedOn), 'Nullable(Int64)') AS cell_signedOn_or_heldOn,
                            CAST(totalFen, 'Nullable(Int64)') AS cell_totalFen,
                            CAST(name, 'Nullable(String)') AS cell_name,
                            CAST(villageCode, 'Nullable(String)') AS cell_villageCode,
                            CAST(townshipCode, 'Nullable(String)') AS cell_townshipCode,
                            CAST(assetId, 'Nullable(String)') AS cell_assetId
                          FROM cur_assets_contract FINAL
                          WHERE ((ifNull(kind IN ({p0:String}, {p1:String}), 0)))
                          UNION ALL
                          SELECT
                            assumeNotNull(CAST(contractId, 'Nullable(String)')) AS scope,
                            toInt64(atMs) AS atMs,
                            toInt64(0) AS ord,
                            id AS id,
                            toUInt8(1 /* assets.vote */) AS type,
                            toUInt64(version) AS version,
                            toUInt64(streamOffset) AS streamOffset,
                            toString(hash) AS hash,
                            toUInt64(2 /* later */) AS marks,
                            CAST(toInt32(heldOn), 'Nullable(Int64)') AS cell_signedOn_or_heldOn,
                            CAST(NULL, 'Nullable(Int64)') AS cell_totalFen,
                            CAST(NULL, 'Nullable(String)') AS cell_name,
                            CAST(NULL, 'Nullable(String)') AS cell_villageCode,
                            CAST(NULL, 'Nullable(String)') AS cell_townshipCode,
                            CAST(NULL, 'Nullable(String)') AS cell_assetId
                          FROM cur_assets_vote_by_contractId FINAL
                          WHERE contractId IS NOT NULL
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
    )
    WHERE hit OR due > 0
  )
)
