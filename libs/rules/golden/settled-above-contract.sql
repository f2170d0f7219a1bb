WITH
  if(hit, toInt64(project_at[1]), 0) AS occurredAt,
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
  toString(length(project_at)) AS count_figure,
  toString(project_at[1]) AS firstAtMs_figure,
  toString(project_at[-1]) AS lastAtMs_figure,
  toString(arrayFilter((project_name_i) -> (NOT (project_name_i IS NULL)), project_name)[-1]) AS projectName_figure,
  toString(arrayFilter(
    (project_contractFen_i) -> (NOT (project_contractFen_i IS NULL)),
    project_contractFen
  )[-1]) AS contractFen_figure,
  toString(arrayFilter(
    (project_settlementFen_i) -> (NOT (project_settlementFen_i IS NULL)),
    project_settlementFen
  )[-1]) AS settlementFen_figure,
  toString(arrayFilter(
    (project_villageCode_i) -> (NOT (project_villageCode_i IS NULL)),
    project_villageCode
  )[-1]) AS villageCode_subject,
  toString(arrayFilter(
    (project_townshipCode_i) -> (NOT (project_townshipCode_i IS NULL)),
    project_townshipCode
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
      projectName_figure,
      contractFen_figure,
      settlementFen_figure
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
          arrayMap(p -> (toUInt32(p), toUInt8(0 /* project */)), project_places)
        ),
        CAST([], 'Array(Tuple(UInt32, UInt8))')
      ) AS proof
    FROM (
      SELECT *,
        notEmpty(project_at) AS hit,
        ifNull(
          arrayMin(arrayConcat(
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
          )),
          0
        ) AS due
      FROM (
        SELECT *,
          arrayFilter((x, m) -> bitTest(m, 0), all_at, all_marks) AS project_at,
          arrayFilter((x, m) -> bitTest(m, 0), all_places, all_marks) AS project_places,
          arrayFilter((x, m) -> bitTest(m, 0), all_name, all_marks) AS project_name,
          arrayFilter((x, m) -> bitTest(m, 0), all_contractFen, all_marks) AS project_contractFen,
          arrayFilter((x, m) -> bitTest(m, 0), all_settlementFen, all_marks) AS project_settlementFen,
          arrayFilter((x, m) -> bitTest(m, 0), all_villageCode, all_marks) AS project_villageCode,
          arrayFilter((x, m) -> bitTest(m, 0), all_townshipCode, all_marks) AS project_townshipCode
        FROM (
          SELECT *,
            arrayCount(a -> a <= {now:Int64}, timeline.1) AS existing,
            arraySlice(tupleElement(timeline, 8 /* marks */), 1, existing) AS all_marks,
            arraySlice(tupleElement(timeline, 11 /* cell_name */), 1, existing) AS all_name,
            arraySlice(tupleElement(timeline, 9 /* cell_contractFen */), 1, existing) AS all_contractFen,
            arraySlice(tupleElement(timeline, 10 /* cell_settlementFen */), 1, existing) AS all_settlementFen,
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
                cell_contractFen,
                cell_settlementFen,
                cell_name,
                cell_villageCode,
                cell_townshipCode
              ))) AS timeline
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
                toUInt64(if(
                  ifNull(contractFen > {p0:Int64}, 0)
                    AND ifNull(toInt128(settlementFen) * 100 > toInt128(contractFen) * {p1:Int64}, 0),
                  1 /* project */,
                  0
                )) AS marks,
                CAST(contractFen, 'Nullable(Int64)') AS cell_contractFen,
                CAST(settlementFen, 'Nullable(Int64)') AS cell_settlementFen,
                CAST(name, 'Nullable(String)') AS cell_name,
                CAST(villageCode, 'Nullable(String)') AS cell_villageCode,
                CAST(townshipCode, 'Nullable(String)') AS cell_townshipCode
              FROM cur_assets_project FINAL
              WHERE ((
                ifNull(contractFen > {p0:Int64}, 0)
                AND ifNull(toInt128(settlementFen) * 100 > toInt128(contractFen) * {p1:Int64}, 0)
              ))
            )
            GROUP BY scope
          )
        )
      )
    )
    WHERE hit OR due > 0
  )
)
