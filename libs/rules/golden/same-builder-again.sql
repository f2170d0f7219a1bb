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
  toString(length(counted0[first])) AS otherCount_figure,
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
      otherCount_figure,
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
            p -> (toUInt32(p), toUInt8(1 /* other */)),
            arrayFlatten(arrayFilter(
              (x1, x2) -> has(tupleElement(holding, 3), x2),
              arrayMap((counted0_i) -> tupleElement(counted0_i, 1), counted0),
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
                    (w0) -> bitAnd(w0, 1) != 0 /* project */,
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
                  tupleElement(timeline, 10 /* cell_villageCode */)
                )
              ),
              arraySlice(tupleElement(timeline, 1 /* atMs */), existing + 1),
              arrayMap(
                (w0) -> bitAnd(w0, 2) != 0 /* other */,
                arraySlice(tupleElement(timeline, 8 /* marks */), existing + 1)
              ),
              arraySlice(tupleElement(timeline, 10 /* cell_villageCode */), existing + 1)
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
                  project_places,
                  arrayEnumerate(project_at),
                  arrayMap((project_at_i) -> 0, project_at)
                ),
                holds
              ) AS met
            FROM (
              SELECT *,
                arrayMap(
                  (x1, project_places_i) -> (x1 AND (project_places_i > 0)),
                  arrayMap((counted0_i) -> (length(counted0_i) >= {p1:Int64}), counted0),
                  project_places
                ) AS holds
              FROM (
                SELECT *,
                  arrayMap(
                    (candidates0_i, project_contractor_i) -> arrayFilter(
                      (candidates0_j) -> ifNull(
                        all_contractor[tupleElement(candidates0_j, 1)] = project_contractor_i,
                        0
                      ),
                      candidates0_i
                    ),
                    candidates0,
                    project_contractor
                  ) AS counted0
                FROM (
                  SELECT *,
                    arrayMap(
                      (standing0_i, project_at_i) -> arrayFilter(
                        (standing0_j) -> ((project_at_i - tupleElement(standing0_j, 2)) < ({p0:Int64} * 86400000)),
                        standing0_i
                      ),
                      standing0,
                      project_at
                    ) AS candidates0
                  FROM (
                    SELECT *,
                      arrayMap(
                        (project_places_i, project_places_i2, project_villageCode_i) -> arrayFilter(
                          (x4, other_villageCode_j) -> (
                            ifNull(other_villageCode_j = project_villageCode_i, 0)
                            AND (tupleElement(x4, 1) < project_places_i2)
                          ),
                          arrayMap(
                            (other_places_j, other_at_j) -> (toInt64(other_places_j), toInt64(other_at_j), toInt64(0)),
                            other_places,
                            other_at
                          ),
                          other_villageCode
                        ),
                        project_places,
                        project_places,
                        project_villageCode
                      ) AS standing0
                    FROM (
                      SELECT *,
                        arrayFilter((x, m) -> bitTest(m, 0), all_places, all_marks) AS project_places,
                        arrayFilter((x, m) -> bitTest(m, 0), all_at, all_marks) AS project_at,
                        arrayFilter((x, m) -> bitTest(m, 1), all_places, all_marks) AS other_places,
                        arrayFilter((x, m) -> bitTest(m, 1), all_at, all_marks) AS other_at,
                        arrayFilter((x, m) -> bitTest(m, 0), all_villageCode, all_marks) AS project_villageCode,
                        arrayFilter((x, m) -> bitTest(m, 1), all_villageCode, all_marks) AS other_villageCode,
                        arrayFilter((x, m) -> bitTest(m, 0), all_contractor, all_marks) AS project_contractor,
                        arrayFilter((x, m) -> bitTest(m, 0), all_name, all_marks) AS project_name,
                        arrayFilter((x, m) -> bitTest(m, 0), all_contractFen, all_marks) AS project_contractFen,
                        arrayFilter((x, m) -> bitTest(m, 0), all_townshipCode, all_marks) AS project_townshipCode
                      FROM (
                        SELECT *,
                          arrayCount(a -> a <= {now:Int64}, timeline.1) AS existing,
                          arraySlice(tupleElement(timeline, 8 /* marks */), 1, existing) AS all_marks,
                          arraySlice(tupleElement(timeline, 10 /* cell_villageCode */), 1, existing) AS all_villageCode,
                          arraySlice(tupleElement(timeline, 11 /* cell_contractor */), 1, existing) AS all_contractor,
                          arraySlice(tupleElement(timeline, 12 /* cell_name */), 1, existing) AS all_name,
                          arraySlice(tupleElement(timeline, 9 /* cell_contractFen */), 1, existing) AS all_contractFen,
                          arraySlice(
                            tupleElement(timeline, 13 /* cell_townshipCode */),
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
                              cell_contractFen,
                              cell_villageCode,
                              cell_contractor,
                              cell_name,
                              cell_townshipCode
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
                              any(r.cell_contractFen) AS cell_contractFen,
                              any(r.cell_villageCode) AS cell_villageCode,
                              any(r.cell_contractor) AS cell_contractor,
                              any(r.cell_name) AS cell_name,
                              any(r.cell_townshipCode) AS cell_townshipCode
                            FROM (
                              SELECT
                                assumeNotNull(CAST(projectId, 'Nullable(String)')) AS scope,
                                toInt64(atMs) AS atMs,
                                toInt64(0) AS ord,
                                id AS id,
                                toUInt8(0 /* assets.project */) AS type,
                                toUInt64(version) AS version,
                                toUInt64(streamOffset) AS streamOffset,
                                toString(hash) AS hash,
                                toUInt64(1 /* project */) AS marks,
                                CAST(contractFen, 'Nullable(Int64)') AS cell_contractFen,
                                CAST(villageCode, 'Nullable(String)') AS cell_villageCode,
                                CAST(contractor, 'Nullable(String)') AS cell_contractor,
                                CAST(name, 'Nullable(String)') AS cell_name,
                                CAST(townshipCode, 'Nullable(String)') AS cell_townshipCode
                              FROM cur_assets_project FINAL
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
                                linked.cell_contractFen AS cell_contractFen,
                                linked.cell_villageCode AS cell_villageCode,
                                linked.cell_contractor AS cell_contractor,
                                linked.cell_name AS cell_name,
                                linked.cell_townshipCode AS cell_townshipCode
                              FROM (
                                SELECT
                                  toInt64(atMs) AS atMs,
                                  toInt64(0) AS ord,
                                  id AS id,
                                  toUInt8(0 /* assets.project */) AS type,
                                  toUInt64(version) AS version,
                                  toUInt64(streamOffset) AS streamOffset,
                                  toString(hash) AS hash,
                                  toUInt64(2 /* other */) AS marks,
                                  CAST(contractFen, 'Nullable(Int64)') AS cell_contractFen,
                                  CAST(villageCode, 'Nullable(String)') AS cell_villageCode,
                                  CAST(contractor, 'Nullable(String)') AS cell_contractor,
                                  CAST(name, 'Nullable(String)') AS cell_name,
                                  CAST(townshipCode, 'Nullable(String)') AS cell_townshipCode,
                                  assumeNotNull(CAST(villageCode, 'Nullable(String)')) AS k0
                                FROM cur_assets_project_by_villageCode_matter FINAL
                                WHERE villageCode IS NOT NULL
                              ) AS linked
                              INNER JOIN (
                                SELECT DISTINCT
                                  assumeNotNull(CAST(projectId, 'Nullable(String)')) AS scope,
                                  assumeNotNull(CAST(villageCode, 'Nullable(String)')) AS k0
                                FROM cur_assets_project FINAL
                                WHERE villageCode IS NOT NULL
                              ) AS subjects ON linked.k0 = subjects.k0
                            ) AS r
                            GROUP BY scope, atMs, ord, id, type
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
    WHERE hit OR due > 0
  )
)
