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
  toString(length(upTo0[first])) AS paidCount_figure,
  toString(arraySum(tupleElement(upTo0[first], 3))) AS paidSum_figure,
  toString(length(candidates1[first])) AS complaintCount_figure,
  toString(paidAt_at[first]) AS paidAtMs_figure,
  toString(0) AS startMs_figure,
  toString(project_name[first]) AS projectName_figure,
  toString(project_contractFen[first]) AS contractFen_figure,
  toString(project_projectId[first]) AS projectId_subject,
  toString(project_townshipCode[first]) AS townshipCode_subject
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
      paidCount_figure,
      paidSum_figure,
      complaintCount_figure,
      paidAtMs_figure,
      startMs_figure,
      projectName_figure,
      contractFen_figure
    ], 'Array(Nullable(String))'), []),
    CAST([
      projectId_subject,
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
          arrayMap(p -> (toUInt32(p), toUInt8(0 /* project */)), tupleElement(holding, 2)),
          arrayMap(
            p -> (toUInt32(p), toUInt8(1 /* paid */)),
            arrayFlatten(arrayFilter(
              (x1, x2) -> has(tupleElement(holding, 3), x2),
              arrayMap((upTo0_i) -> tupleElement(upTo0_i, 1), upTo0),
              arrayEnumerate(project_at)
            ))
          ),
          arrayMap(
            p -> (toUInt32(p), toUInt8(2 /* complaint */)),
            arrayFlatten(arrayFilter(
              (x1, x2) -> has(tupleElement(holding, 3), x2),
              arrayMap((candidates1_i) -> tupleElement(candidates1_i, 1), candidates1),
              arrayEnumerate(project_at)
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
              arrayConcat(
                CAST([], 'Array(Int64)'),
                arrayFilter(
                  (x1, x2) -> x2,
                  arraySlice(tupleElement(timeline, 1 /* atMs */), existing + 1),
                  arrayMap(
                    (w0) -> bitAnd(w0, 5) != 0 /* project, complaint */,
                    arraySlice(tupleElement(timeline, 8 /* marks */), existing + 1)
                  )
                )
              ),
              CAST([], 'Array(Int64)')
            ),
            arrayFilter(
              (x1, x2, x3) -> (
                x2
                AND arrayExists(
                  (x4, x5) -> (x4 AND ifNull(x3 = x5, 0)),
                  arrayMap((w0) -> bitAnd(w0, 1) != 0 /* project */, tupleElement(timeline, 8 /* marks */)),
                  tupleElement(timeline, 10 /* cell_projectId */)
                )
              ),
              arraySlice(tupleElement(timeline, 1 /* atMs */), existing + 1),
              arrayMap(
                (w0) -> bitAnd(w0, 2) != 0 /* paid */,
                arraySlice(tupleElement(timeline, 8 /* marks */), existing + 1)
              ),
              arraySlice(tupleElement(timeline, 10 /* cell_projectId */), existing + 1)
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
                  (x1, project_places_i, x3, x4) -> (toInt64(x1), toInt64(project_places_i), toInt64(x3), toInt64(x4)),
                  arrayMap(
                    (x1, x2) -> greatest(x1, x2),
                    arrayMap((project_at_i, paidAt_at_i) -> greatest(project_at_i, paidAt_at_i), project_at, paidAt_at),
                    arrayMap(
                      (candidates1_i) -> if(
                        (length(candidates1_i) >= {p7:Int64}),
                        toInt64(tupleElement(candidates1_i[greatest({p7:Int64}, 1)], 2)),
                        toInt64(0)
                      ),
                      candidates1
                    )
                  ),
                  project_places,
                  arrayEnumerate(project_at),
                  arrayMap((project_at_i) -> 0, project_at)
                ),
                holds
              ) AS met
            FROM (
              SELECT *,
                arrayMap(
                  (x1, x2) -> (x1 AND x2),
                  arrayMap((paidAt_place_i) -> (paidAt_place_i > 0), paidAt_place),
                  arrayMap(
                    (x1, paidAt_place_i) -> (x1 AND (paidAt_place_i > 0)),
                    arrayMap((candidates1_i) -> (length(candidates1_i) >= {p7:Int64}), candidates1),
                    paidAt_place
                  )
                ) AS holds
              FROM (
                SELECT *,
                  arrayMap(
                    (standing1_i, paidAt_at_i) -> arrayFilter(
                      (standing1_j) -> ((tupleElement(standing1_j, 2) - paidAt_at_i) < ({p6:Int64} * 86400000)),
                      standing1_i
                    ),
                    standing1,
                    paidAt_at
                  ) AS candidates1
                FROM (
                  SELECT *,
                    arrayMap(
                      (paidAt_place_i, paidAt_place_i2) -> arrayFilter(
                        (x3) -> ((paidAt_place_i > 0) AND (tupleElement(x3, 1) > paidAt_place_i)),
                        arrayMap(
                          (complaint_places_j, complaint_at_j) -> (
                            toInt64(complaint_places_j),
                            toInt64(complaint_at_j),
                            toInt64(0)
                          ),
                          complaint_places,
                          complaint_at
                        )
                      ),
                      paidAt_place,
                      paidAt_place
                    ) AS standing1
                  FROM (
                    SELECT *,
                      arrayMap(
                        (standing0_i, reached0_i) -> if(
                          (reached0_i > 0),
                          toInt64(tupleElement(standing0_i[greatest(reached0_i, 1)], 2)),
                          toInt64(0)
                        ),
                        standing0,
                        reached0
                      ) AS paidAt_at,
                      arrayMap(
                        (standing0_i, reached0_i) -> if(
                          (reached0_i > 0),
                          toInt64(tupleElement(standing0_i[greatest(reached0_i, 1)], 1)),
                          toInt64(0)
                        ),
                        standing0,
                        reached0
                      ) AS paidAt_place,
                      arrayMap(
                        (standing0_i, reached0_i) -> arraySlice(standing0_i, 1, reached0_i),
                        standing0,
                        reached0
                      ) AS upTo0
                    FROM (
                      SELECT *,
                        arrayMap(
                          (standing0_i, project_contractFen_i) -> if(
                            ifNull(project_contractFen_i, 0) > 0,
                            arrayFirstIndex(
                              s -> toInt128(s) * 100 >= toInt128(ifNull(project_contractFen_i, 0)) * {p2:Int64},
                              arrayCumSum(tupleElement(standing0_i, 3))
                            ),
                            0
                          ),
                          standing0,
                          project_contractFen
                        ) AS reached0
                      FROM (
                        SELECT *,
                          arrayMap(
                            (project_places_i, project_places_i2, project_projectId_i) -> arrayFilter(
                              (x4, paid_projectId_j) -> ifNull(paid_projectId_j = project_projectId_i, 0),
                              arrayMap(
                                (paid_places_j, paid_at_j, paid_amountFen_j) -> (
                                  toInt64(paid_places_j),
                                  toInt64(paid_at_j),
                                  toInt64(ifNull(paid_amountFen_j, 0))
                                ),
                                paid_places,
                                paid_at,
                                paid_amountFen
                              ),
                              paid_projectId
                            ),
                            project_places,
                            project_places,
                            project_projectId
                          ) AS standing0
                        FROM (
                          SELECT *,
                            arrayFilter((x, m) -> bitTest(m, 0), all_places, all_marks) AS project_places,
                            arrayFilter((x, m) -> bitTest(m, 0), all_at, all_marks) AS project_at,
                            arrayFilter((x, m) -> bitTest(m, 1), all_places, all_marks) AS paid_places,
                            arrayFilter((x, m) -> bitTest(m, 1), all_at, all_marks) AS paid_at,
                            arrayFilter(
                              (x, m) -> bitTest(m, 1),
                              all_amountFen_or_contractFen,
                              all_marks
                            ) AS paid_amountFen,
                            arrayFilter((x, m) -> bitTest(m, 0), all_projectId, all_marks) AS project_projectId,
                            arrayFilter((x, m) -> bitTest(m, 1), all_projectId, all_marks) AS paid_projectId,
                            arrayFilter(
                              (x, m) -> bitTest(m, 0),
                              all_amountFen_or_contractFen,
                              all_marks
                            ) AS project_contractFen,
                            arrayFilter((x, m) -> bitTest(m, 2), all_places, all_marks) AS complaint_places,
                            arrayFilter((x, m) -> bitTest(m, 2), all_at, all_marks) AS complaint_at,
                            arrayFilter((x, m) -> bitTest(m, 0), all_name, all_marks) AS project_name,
                            arrayFilter((x, m) -> bitTest(m, 0), all_townshipCode, all_marks) AS project_townshipCode
                          FROM (
                            SELECT *,
                              arrayCount(a -> a <= {now:Int64}, timeline.1) AS existing,
                              arraySlice(tupleElement(timeline, 8 /* marks */), 1, existing) AS all_marks,
                              arraySlice(
                                tupleElement(timeline, 9 /* cell_amountFen_or_contractFen */),
                                1,
                                existing
                              ) AS all_amountFen_or_contractFen,
                              arraySlice(tupleElement(timeline, 10 /* cell_projectId */), 1, existing) AS all_projectId,
                              arraySlice(tupleElement(timeline, 11 /* cell_name */), 1, existing) AS all_name,
                              arraySlice(
                                tupleElement(timeline, 12 /* cell_townshipCode */),
                                1,
                                existing
                              ) AS all_townshipCode,
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
                                  cell_amountFen_or_contractFen,
                                  cell_projectId,
                                  cell_name,
                                  cell_townshipCode
                                ))) AS timeline
                              FROM (
                                SELECT
                                  concat(
                                    replaceAll(
                                      replaceAll(assumeNotNull(CAST(villageCode, 'Nullable(String)')), '%', '%25'),
                                      '|',
                                      '%7C'
                                    ),
                                    '|',
                                    replaceAll(
                                      replaceAll(assumeNotNull(CAST(matter, 'Nullable(String)')), '%', '%25'),
                                      '|',
                                      '%7C'
                                    )
                                  ) AS scope,
                                  toInt64(atMs) AS atMs,
                                  toInt64(0) AS ord,
                                  id AS id,
                                  toUInt8(1 /* assets.project */) AS type,
                                  toUInt64(version) AS version,
                                  toUInt64(streamOffset) AS streamOffset,
                                  toString(hash) AS hash,
                                  toUInt64(if(ifNull(contractFen > {p0:Int64}, 0), 1 /* project */, 0)) AS marks,
                                  CAST(contractFen, 'Nullable(Int64)') AS cell_amountFen_or_contractFen,
                                  CAST(projectId, 'Nullable(String)') AS cell_projectId,
                                  CAST(name, 'Nullable(String)') AS cell_name,
                                  CAST(townshipCode, 'Nullable(String)') AS cell_townshipCode
                                FROM cur_assets_project_by_villageCode_matter FINAL
                                WHERE ((ifNull(contractFen > {p0:Int64}, 0)))
                                UNION ALL
                                SELECT
                                  subjects.scope AS scope,
                                  linked.atMs AS atMs,
                                  linked.ord AS ord,
                                  linked.id AS id,
                                  linked.type AS type,
                                  linked.version AS version,
                                  linked.streamOffset AS streamOffset,
                                  linked.hash AS hash,
                                  linked.marks AS marks,
                                  linked.cell_amountFen_or_contractFen AS cell_amountFen_or_contractFen,
                                  linked.cell_projectId AS cell_projectId,
                                  linked.cell_name AS cell_name,
                                  linked.cell_townshipCode AS cell_townshipCode
                                FROM (
                                  SELECT
                                    toInt64(atMs) AS atMs,
                                    toInt64(0) AS ord,
                                    id AS id,
                                    toUInt8(0 /* assets.payment */) AS type,
                                    toUInt64(version) AS version,
                                    toUInt64(streamOffset) AS streamOffset,
                                    toString(hash) AS hash,
                                    toUInt64(if(ifNull(direction = {p1:String}, 0), 2 /* paid */, 0)) AS marks,
                                    CAST(amountFen, 'Nullable(Int64)') AS cell_amountFen_or_contractFen,
                                    CAST(projectId, 'Nullable(String)') AS cell_projectId,
                                    CAST(NULL, 'Nullable(String)') AS cell_name,
                                    CAST(NULL, 'Nullable(String)') AS cell_townshipCode,
                                    assumeNotNull(CAST(projectId, 'Nullable(String)')) AS k0
                                  FROM cur_assets_payment_by_projectId FINAL
                                  WHERE projectId IS NOT NULL
                                    AND ((ifNull(direction = {p1:String}, 0)))
                                ) AS linked
                                INNER JOIN (
                                  SELECT DISTINCT
                                    concat(
                                      replaceAll(
                                        replaceAll(assumeNotNull(CAST(villageCode, 'Nullable(String)')), '%', '%25'),
                                        '|',
                                        '%7C'
                                      ),
                                      '|',
                                      replaceAll(
                                        replaceAll(assumeNotNull(CAST(matter, 'Nullable(String)')), '%', '%25'),
                                        '|',
                                        '%7C'
                                      )
                                    ) AS scope,
                                    assumeNotNull(CAST(projectId, 'Nullable(String)')) AS k0
                                  FROM cur_assets_project_by_villageCode_matter FINAL
                                  WHERE projectId IS NOT NULL
                                ) AS subjects ON linked.k0 = subjects.k0
                                UNION ALL
                                SELECT
                                  concat(
                                    replaceAll(
                                      replaceAll(assumeNotNull(CAST(villageCode, 'Nullable(String)')), '%', '%25'),
                                      '|',
                                      '%7C'
                                    ),
                                    '|',
                                    replaceAll(
                                      replaceAll(assumeNotNull(CAST(matter, 'Nullable(String)')), '%', '%25'),
                                      '|',
                                      '%7C'
                                    )
                                  ) AS scope,
                                  toInt64(atMs) AS atMs,
                                  toInt64(0) AS ord,
                                  id AS id,
                                  toUInt8(2 /* hotline.order */) AS type,
                                  toUInt64(version) AS version,
                                  toUInt64(streamOffset) AS streamOffset,
                                  toString(hash) AS hash,
                                  toUInt64(if(
                                    ifNull(category IN ({p3:String}, {p4:String}, {p5:String}), 0),
                                    4 /* complaint */,
                                    0
                                  )) AS marks,
                                  CAST(NULL, 'Nullable(Int64)') AS cell_amountFen_or_contractFen,
                                  CAST(NULL, 'Nullable(String)') AS cell_projectId,
                                  CAST(NULL, 'Nullable(String)') AS cell_name,
                                  CAST(NULL, 'Nullable(String)') AS cell_townshipCode
                                FROM cur_hotline_order_by_villageCode_matter FINAL
                                WHERE villageCode IS NOT NULL
                                  AND ((ifNull(category IN ({p3:String}, {p4:String}, {p5:String}), 0)))
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
        )
      )
    )
    WHERE hit OR due > 0
  )
)
