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
  toString(length(standing0[first])) AS contractCount_figure,
  toString(arrayMap(
    (asset_statusSince_i, asset_at_i) -> if(
      (asset_statusSince_i IS NULL),
      toInt64(asset_at_i),
      toInt64(ifNull((asset_statusSince_i) * 86400000 - 28800000, 0))
    ),
    asset_statusSince,
    asset_at
  )[first]) AS startMs_figure
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
      contractCount_figure,
      startMs_figure
    ], 'Array(Nullable(String))'), []),
    []
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
          arrayMap(p -> (toUInt32(p), toUInt8(0 /* asset */)), tupleElement(holding, 2)),
          arrayMap(
            p -> (toUInt32(p), toUInt8(1 /* contract */)),
            arrayFlatten(arrayFilter(
              (x1, x2) -> has(tupleElement(holding, 3), x2),
              arrayMap((standing0_i) -> tupleElement(standing0_i, 1), standing0),
              arrayEnumerate(asset_at)
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
                  (w0) -> bitAnd(w0, 3) != 0 /* asset, contract */,
                  arraySlice(tupleElement(timeline, 8 /* marks */), existing + 1)
                )
              )
            ),
            arrayMap(
              (x1) -> (tupleElement(x1, 4) + 1),
              arrayFilter(
                (met_i) -> (
                  ((tupleElement(met_i, 4) + 1) > {now:Int64})
                  AND (tupleElement(met_i, 4) < 9000000000000000)
                ),
                met
              )
            )
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
                  (x1, asset_places_i, x3, subject_due_i) -> (
                    toInt64(x1),
                    toInt64(asset_places_i),
                    toInt64(x3),
                    toInt64(subject_due_i)
                  ),
                  arrayMap(
                    (asset_at_i, subject_due_i) -> greatest(asset_at_i, (subject_due_i + 1)),
                    asset_at,
                    subject_due
                  ),
                  asset_places,
                  arrayEnumerate(asset_at),
                  subject_due
                ),
                holds
              ) AS met
            FROM (
              SELECT *,
                arrayMap(
                  (subject_limit_i, subject_day_i) -> if(
                    (subject_limit_i < 0),
                    toInt64(9000000000000000),
                    toInt64(ifNull((((subject_day_i + subject_limit_i)) + 1) * 86400000 - 28800000, 0))
                  ),
                  subject_limit,
                  subject_day
                ) AS subject_due
              FROM (
                SELECT *,
                  arrayMap(
                    (subject_limit_i, x2) -> if((subject_limit_i < 0), toInt64(0), toInt64(x2)),
                    subject_limit,
                    arrayMap(
                      (asset_at_i, asset_statusSince_i) -> ifNull(
                        ifNull(asset_statusSince_i, ifNull(intDiv(asset_at_i + 28800000, 86400000), 0)),
                        0
                      ),
                      asset_at,
                      asset_statusSince
                    )
                  ) AS subject_day,
                  arrayMap((standing0_i) -> (NOT notEmpty(standing0_i)), standing0) AS holds
                FROM (
                  SELECT *,
                    arrayMap(
                      (asset_at_i, asset_statusSince_i) -> toInt64(ifNull(
                        if(
                          ifNull(asset_statusSince_i, ifNull(intDiv(asset_at_i + 28800000, 86400000), 0)) IS NULL,
                          NULL,
                          {p1:Int64}
                        ),
                        -1
                      )),
                      asset_at,
                      asset_statusSince
                    ) AS subject_limit,
                    arrayMap(
                      (asset_places_i, asset_places_i2) -> arrayFilter(
                        (x3) -> 1,
                        arrayMap(
                          (contract_places_j, contract_at_j) -> (
                            toInt64(contract_places_j),
                            toInt64(contract_at_j),
                            toInt64(0)
                          ),
                          contract_places,
                          contract_at
                        )
                      ),
                      asset_places,
                      asset_places
                    ) AS standing0
                  FROM (
                    SELECT *,
                      arrayFilter((x, m) -> bitTest(m, 0), all_places, all_marks) AS asset_places,
                      arrayFilter((x, m) -> bitTest(m, 0), all_at, all_marks) AS asset_at,
                      arrayFilter((x, m) -> bitTest(m, 1), all_places, all_marks) AS contract_places,
                      arrayFilter((x, m) -> bitTest(m, 1), all_at, all_marks) AS contract_at,
                      arrayFilter((x, m) -> bitTest(m, 0), all_statusSince, all_marks) AS asset_statusSince
                    FROM (
                      SELECT *,
                        arrayCount(a -> a <= {now:Int64}, timeline.1) AS existing,
                        arraySlice(tupleElement(timeline, 8 /* marks */), 1, existing) AS all_marks,
                        arraySlice(tupleElement(timeline, 9 /* cell_statusSince */), 1, existing) AS all_statusSince,
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
                            cell_statusSince
                          ))) AS timeline
                        FROM (
                          SELECT
                            assumeNotNull(CAST(assetId, 'Nullable(String)')) AS scope,
                            toInt64(atMs) AS atMs,
                            toInt64(0) AS ord,
                            id AS id,
                            toUInt8(0 /* assets.asset */) AS type,
                            toUInt64(version) AS version,
                            toUInt64(streamOffset) AS streamOffset,
                            toString(hash) AS hash,
                            toUInt64(if(ifNull(status = {p0:String}, 0), 1 /* asset */, 0)) AS marks,
                            CAST(toInt32(statusSince), 'Nullable(Int64)') AS cell_statusSince
                          FROM cur_assets_asset FINAL
                          WHERE ((ifNull(status = {p0:String}, 0)))
                          UNION ALL
                          SELECT
                            assumeNotNull(CAST(assetId, 'Nullable(String)')) AS scope,
                            toInt64(atMs) AS atMs,
                            toInt64(0) AS ord,
                            id AS id,
                            toUInt8(1 /* assets.contract */) AS type,
                            toUInt64(version) AS version,
                            toUInt64(streamOffset) AS streamOffset,
                            toString(hash) AS hash,
                            toUInt64(2 /* contract */) AS marks,
                            CAST(NULL, 'Nullable(Int64)') AS cell_statusSince
                          FROM cur_assets_contract_by_assetId FINAL
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
    )
    WHERE hit OR due > 0
  )
)
