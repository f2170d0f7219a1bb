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
  toString(length(counted0[first])) AS budgetedCount_figure,
  toString(length(standing1[first])) AS paidCount_figure,
  toString(arraySum(tupleElement(standing1[first], 3))) AS paidSum_figure,
  toString(0) AS startMs_figure,
  toString(project_name[first]) AS projectName_figure,
  toString(project_contractFen[first]) AS contractFen_figure,
  toString(project_villageCode[first]) AS villageCode_subject,
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
      budgetedCount_figure,
      paidCount_figure,
      paidSum_figure,
      startMs_figure,
      projectName_figure,
      contractFen_figure
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
          arrayMap(p -> (toUInt32(p), toUInt8(0 /* project */)), tupleElement(holding, 2)),
          arrayMap(
            p -> (toUInt32(p), toUInt8(2 /* budgeted */)),
            arrayFlatten(arrayFilter(
              (x1, x2) -> has(tupleElement(holding, 3), x2),
              arrayMap((counted0_i) -> tupleElement(counted0_i, 1), counted0),
              arrayEnumerate(project_at)
            ))
          ),
          arrayMap(
            p -> (toUInt32(p), toUInt8(1 /* paid */)),
            arrayFlatten(arrayFilter(
              (x1, x2) -> has(tupleElement(holding, 3), x2),
              arrayMap((standing1_i) -> tupleElement(standing1_i, 1), standing1),
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
                    (w0) -> bitAnd(w0, 5) != 0 /* project, paid */,
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
                  tupleElement(timeline, 12 /* cell_townshipCode */)
                )
              ),
              arraySlice(tupleElement(timeline, 1 /* atMs */), existing + 1),
              arrayMap(
                (w0) -> bitAnd(w0, 2) != 0 /* budgeted */,
                arraySlice(tupleElement(timeline, 8 /* marks */), existing + 1)
              ),
              arraySlice(tupleElement(timeline, 12 /* cell_townshipCode */), existing + 1)
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
                    arrayMap(
                      (project_at_i, x2) -> greatest(project_at_i, x2),
                      project_at,
                      arrayMap(
                        (counted0_i) -> if(
                          (length(counted0_i) >= {p1:Int64}),
                          toInt64(tupleElement(counted0_i[greatest({p1:Int64}, 1)], 2)),
                          toInt64(0)
                        ),
                        counted0
                      )
                    ),
                    arrayMap(
                      (standing1_i, project_budgetFen_i) -> tupleElement(
                        standing1_i[if(
                          project_budgetFen_i IS NULL,
                          0,
                          arrayFirstIndex(
                            s -> toInt128(s) * 100 > toInt128(ifNull(project_budgetFen_i, 0)) * {p3:Int64},
                            arrayCumSum(tupleElement(standing1_i, 3))
                          )
                        )],
                        2
                      ),
                      standing1,
                      project_budgetFen
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
                  arrayMap((counted0_i) -> (length(counted0_i) >= {p1:Int64}), counted0),
                  arrayMap(
                    (standing1_i, project_budgetFen_i) -> ifNull(
                      toInt128(arraySum(tupleElement(
                        standing1_i,
                        3
                      ))) * 100 > toInt128(project_budgetFen_i) * {p3:Int64},
                      0
                    ),
                    standing1,
                    project_budgetFen
                  )
                ) AS holds
              FROM (
                SELECT *,
                  arrayMap(
                    (project_places_i, project_places_i2, project_townshipCode_i, project_atMs_i) -> arrayFilter(
                      (x5, budgeted_townshipCode_j, budgeted_atMs_j) -> (
                        ifNull(budgeted_townshipCode_j = project_townshipCode_i, 0)
                        AND ifNull(budgeted_atMs_j <= project_atMs_i, 0)
                      ),
                      arrayMap(
                        (budgeted_places_j, budgeted_at_j) -> (
                          toInt64(budgeted_places_j),
                          toInt64(budgeted_at_j),
                          toInt64(0)
                        ),
                        budgeted_places,
                        budgeted_at
                      ),
                      budgeted_townshipCode,
                      budgeted_atMs
                    ),
                    project_places,
                    project_places,
                    project_townshipCode,
                    project_atMs
                  ) AS counted0,
                  arrayMap(
                    (project_places_i, project_places_i2) -> arrayFilter(
                      (x3) -> 1,
                      arrayMap(
                        (paid_places_j, paid_at_j, paid_amountFen_j) -> (
                          toInt64(paid_places_j),
                          toInt64(paid_at_j),
                          toInt64(ifNull(paid_amountFen_j, 0))
                        ),
                        paid_places,
                        paid_at,
                        paid_amountFen
                      )
                    ),
                    project_places,
                    project_places
                  ) AS standing1
                FROM (
                  SELECT *,
                    arrayFilter((x, m) -> bitTest(m, 0), all_places, all_marks) AS project_places,
                    arrayFilter((x, m) -> bitTest(m, 0), all_at, all_marks) AS project_at,
                    arrayFilter((x, m) -> bitTest(m, 1), all_places, all_marks) AS budgeted_places,
                    arrayFilter((x, m) -> bitTest(m, 1), all_at, all_marks) AS budgeted_at,
                    arrayFilter((x, m) -> bitTest(m, 0), all_townshipCode, all_marks) AS project_townshipCode,
                    arrayFilter((x, m) -> bitTest(m, 1), all_townshipCode, all_marks) AS budgeted_townshipCode,
                    arrayFilter((x, m) -> bitTest(m, 0), all_atMs_or_amountFen, all_marks) AS project_atMs,
                    arrayFilter((x, m) -> bitTest(m, 1), all_atMs_or_amountFen, all_marks) AS budgeted_atMs,
                    arrayFilter((x, m) -> bitTest(m, 2), all_places, all_marks) AS paid_places,
                    arrayFilter((x, m) -> bitTest(m, 2), all_at, all_marks) AS paid_at,
                    arrayFilter((x, m) -> bitTest(m, 2), all_atMs_or_amountFen, all_marks) AS paid_amountFen,
                    arrayFilter((x, m) -> bitTest(m, 0), all_budgetFen, all_marks) AS project_budgetFen,
                    arrayFilter((x, m) -> bitTest(m, 0), all_name, all_marks) AS project_name,
                    arrayFilter((x, m) -> bitTest(m, 0), all_contractFen, all_marks) AS project_contractFen,
                    arrayFilter((x, m) -> bitTest(m, 0), all_villageCode, all_marks) AS project_villageCode
                  FROM (
                    SELECT *,
                      arrayCount(a -> a <= {now:Int64}, timeline.1) AS existing,
                      arraySlice(tupleElement(timeline, 8 /* marks */), 1, existing) AS all_marks,
                      arraySlice(tupleElement(timeline, 12 /* cell_townshipCode */), 1, existing) AS all_townshipCode,
                      arraySlice(
                        tupleElement(timeline, 9 /* cell_atMs_or_amountFen */),
                        1,
                        existing
                      ) AS all_atMs_or_amountFen,
                      arraySlice(tupleElement(timeline, 10 /* cell_budgetFen */), 1, existing) AS all_budgetFen,
                      arraySlice(tupleElement(timeline, 13 /* cell_name */), 1, existing) AS all_name,
                      arraySlice(tupleElement(timeline, 11 /* cell_contractFen */), 1, existing) AS all_contractFen,
                      arraySlice(tupleElement(timeline, 14 /* cell_villageCode */), 1, existing) AS all_villageCode,
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
                          cell_atMs_or_amountFen,
                          cell_budgetFen,
                          cell_contractFen,
                          cell_townshipCode,
                          cell_name,
                          cell_villageCode
                        ))) AS timeline
                      FROM (
                        SELECT
                          scope,
                          atMs,
                          ord,
                          id,
                          type,
                          any(r.version) AS version,
                          any(r.streamOffset) AS streamOffset,
                          any(r.hash) AS hash,
                          groupBitOr(r.marks) AS marks,
                          any(r.cell_atMs_or_amountFen) AS cell_atMs_or_amountFen,
                          any(r.cell_budgetFen) AS cell_budgetFen,
                          any(r.cell_contractFen) AS cell_contractFen,
                          any(r.cell_townshipCode) AS cell_townshipCode,
                          any(r.cell_name) AS cell_name,
                          any(r.cell_villageCode) AS cell_villageCode
                        FROM (
                          SELECT
                            assumeNotNull(CAST(projectId, 'Nullable(String)')) AS scope,
                            toInt64(atMs) AS atMs,
                            toInt64(0) AS ord,
                            id AS id,
                            toUInt8(1 /* assets.project */) AS type,
                            toUInt64(version) AS version,
                            toUInt64(streamOffset) AS streamOffset,
                            toString(hash) AS hash,
                            toUInt64(if(ifNull(budgetFen <= {p0:Int64}, 0), 1 /* project */, 0)) AS marks,
                            CAST(atMs, 'Nullable(Int64)') AS cell_atMs_or_amountFen,
                            CAST(budgetFen, 'Nullable(Int64)') AS cell_budgetFen,
                            CAST(contractFen, 'Nullable(Int64)') AS cell_contractFen,
                            CAST(townshipCode, 'Nullable(String)') AS cell_townshipCode,
                            CAST(name, 'Nullable(String)') AS cell_name,
                            CAST(villageCode, 'Nullable(String)') AS cell_villageCode
                          FROM cur_assets_project FINAL
                          WHERE ((ifNull(budgetFen <= {p0:Int64}, 0)))
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
                            linked.cell_atMs_or_amountFen AS cell_atMs_or_amountFen,
                            linked.cell_budgetFen AS cell_budgetFen,
                            linked.cell_contractFen AS cell_contractFen,
                            linked.cell_townshipCode AS cell_townshipCode,
                            linked.cell_name AS cell_name,
                            linked.cell_villageCode AS cell_villageCode
                          FROM (
                            SELECT
                              toInt64(atMs) AS atMs,
                              toInt64(0) AS ord,
                              id AS id,
                              toUInt8(1 /* assets.project */) AS type,
                              toUInt64(version) AS version,
                              toUInt64(streamOffset) AS streamOffset,
                              toString(hash) AS hash,
                              toUInt64(if(ifNull(budgetFen > {p0:Int64}, 0), 2 /* budgeted */, 0)) AS marks,
                              CAST(atMs, 'Nullable(Int64)') AS cell_atMs_or_amountFen,
                              CAST(budgetFen, 'Nullable(Int64)') AS cell_budgetFen,
                              CAST(contractFen, 'Nullable(Int64)') AS cell_contractFen,
                              CAST(townshipCode, 'Nullable(String)') AS cell_townshipCode,
                              CAST(name, 'Nullable(String)') AS cell_name,
                              CAST(villageCode, 'Nullable(String)') AS cell_villageCode,
                              assumeNotNull(CAST(townshipCode, 'Nullable(String)')) AS k0
                            FROM cur_assets_project_by_townshipCode FINAL
                            WHERE townshipCode IS NOT NULL
                              AND ((ifNull(budgetFen > {p0:Int64}, 0)))
                          ) AS linked
                          INNER JOIN (
                            SELECT DISTINCT
                              assumeNotNull(CAST(projectId, 'Nullable(String)')) AS scope,
                              assumeNotNull(CAST(townshipCode, 'Nullable(String)')) AS k0
                            FROM cur_assets_project FINAL
                            WHERE townshipCode IS NOT NULL
                          ) AS subjects ON linked.k0 = subjects.k0
                        ) AS r
                        GROUP BY scope, atMs, ord, id, type
                        UNION ALL
                        SELECT
                          assumeNotNull(CAST(projectId, 'Nullable(String)')) AS scope,
                          toInt64(atMs) AS atMs,
                          toInt64(0) AS ord,
                          id AS id,
                          toUInt8(0 /* assets.payment */) AS type,
                          toUInt64(version) AS version,
                          toUInt64(streamOffset) AS streamOffset,
                          toString(hash) AS hash,
                          toUInt64(if(ifNull(direction = {p2:String}, 0), 4 /* paid */, 0)) AS marks,
                          CAST(amountFen, 'Nullable(Int64)') AS cell_atMs_or_amountFen,
                          CAST(NULL, 'Nullable(Int64)') AS cell_budgetFen,
                          CAST(NULL, 'Nullable(Int64)') AS cell_contractFen,
                          CAST(NULL, 'Nullable(String)') AS cell_townshipCode,
                          CAST(NULL, 'Nullable(String)') AS cell_name,
                          CAST(NULL, 'Nullable(String)') AS cell_villageCode
                        FROM cur_assets_payment_by_projectId FINAL
                        WHERE projectId IS NOT NULL
                          AND ((ifNull(direction = {p2:String}, 0)))
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
