WITH
  if(hit, toInt64(notice_at[1]), 0) AS occurredAt,
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
  toString(length(notice_at)) AS count_figure,
  toString(notice_at[1]) AS firstAtMs_figure,
  toString(notice_at[-1]) AS lastAtMs_figure,
  toString(arrayFilter((notice_title_i) -> (NOT (notice_title_i IS NULL)), notice_title)[-1]) AS title_figure,
  toString(arrayFilter(
    (notice_postedOn_i) -> (NOT (notice_postedOn_i IS NULL)),
    notice_postedOn
  )[-1]) AS postedOn_figure,
  toString(arrayFilter((notice_endsOn_i) -> (NOT (notice_endsOn_i IS NULL)), notice_endsOn)[-1]) AS endsOn_figure,
  toString(arrayFilter(
    (linked1_notice_totalFen_i) -> (NOT (linked1_notice_totalFen_i IS NULL)),
    linked1_notice_totalFen
  )[-1]) AS totalFen_figure,
  toString(arrayFilter(
    (notice_villageCode_i) -> (NOT (notice_villageCode_i IS NULL)),
    notice_villageCode
  )[-1]) AS villageCode_subject,
  toString(arrayFilter(
    (notice_townshipCode_i) -> (NOT (notice_townshipCode_i IS NULL)),
    notice_townshipCode
  )[-1]) AS townshipCode_subject,
  toString(arrayFilter(
    (notice_contractId_i) -> (NOT (notice_contractId_i IS NULL)),
    notice_contractId
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
      postedOn_figure,
      endsOn_figure,
      totalFen_figure
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
          arrayMap(p -> (toUInt32(p), toUInt8(0 /* notice */)), notice_places)
        ),
        CAST([], 'Array(Tuple(UInt32, UInt8))')
      ) AS proof
    FROM (
      SELECT *,
        notEmpty(notice_at) AS hit,
        ifNull(
          arrayMin(arrayConcat(
            arrayConcat(
              arrayConcat(
                CAST([], 'Array(Int64)'),
                arrayFilter(
                  (x1, x2) -> x2,
                  arraySlice(tupleElement(timeline, 1 /* atMs */), existing + 1),
                  arrayMap(
                    (w0) -> bitAnd(w0, 1) != 0 /* notice */,
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
                  arrayMap((w0) -> bitAnd(w0, 1) != 0 /* notice */, tupleElement(timeline, 8 /* marks */)),
                  tupleElement(timeline, 11 /* cell_contractId */)
                )
              ),
              arraySlice(tupleElement(timeline, 1 /* atMs */), existing + 1),
              arrayMap(
                (w0) -> bitAnd(w0, 2) != 0 /* contract */,
                arraySlice(tupleElement(timeline, 8 /* marks */), existing + 1)
              ),
              arraySlice(tupleElement(timeline, 11 /* cell_contractId */), existing + 1)
            )
          )),
          0
        ) AS due
      FROM (
        SELECT *,
          arrayMap(
            (linked1_notice_i) -> all_postedOn_or_totalFen[linked1_notice_i],
            linked1_notice
          ) AS linked1_notice_totalFen
        FROM (
          SELECT *,
            arrayFilter(
              (contract_places_i, x2) -> x2,
              contract_places,
              arrayMap((v1) -> arrayExists((w1) -> ifNull(v1 = w1, 0), notice_contractId), contract_contractId)
            ) AS linked1_notice
          FROM (
            SELECT *,
              arrayFilter((x, m) -> bitTest(m, 0), all_at, all_marks) AS notice_at,
              arrayFilter((x, m) -> bitTest(m, 0), all_places, all_marks) AS notice_places,
              arrayFilter((x, m) -> bitTest(m, 1), all_contractId, all_marks) AS contract_contractId,
              arrayFilter((x, m) -> bitTest(m, 0), all_contractId, all_marks) AS notice_contractId,
              arrayFilter((x, m) -> bitTest(m, 1), all_places, all_marks) AS contract_places,
              arrayFilter((x, m) -> bitTest(m, 0), all_title, all_marks) AS notice_title,
              arrayFilter((x, m) -> bitTest(m, 0), all_postedOn_or_totalFen, all_marks) AS notice_postedOn,
              arrayFilter((x, m) -> bitTest(m, 0), all_endsOn, all_marks) AS notice_endsOn,
              arrayFilter((x, m) -> bitTest(m, 0), all_villageCode, all_marks) AS notice_villageCode,
              arrayFilter((x, m) -> bitTest(m, 0), all_townshipCode, all_marks) AS notice_townshipCode
            FROM (
              SELECT *,
                arrayCount(a -> a <= {now:Int64}, timeline.1) AS existing,
                arraySlice(tupleElement(timeline, 8 /* marks */), 1, existing) AS all_marks,
                arraySlice(tupleElement(timeline, 11 /* cell_contractId */), 1, existing) AS all_contractId,
                arraySlice(tupleElement(timeline, 12 /* cell_title */), 1, existing) AS all_title,
                arraySlice(
                  tupleElement(timeline, 9 /* cell_postedOn_or_totalFen */),
                  1,
                  existing
                ) AS all_postedOn_or_totalFen,
                arraySlice(tupleElement(timeline, 10 /* cell_endsOn */), 1, existing) AS all_endsOn,
                arraySlice(tupleElement(timeline, 13 /* cell_villageCode */), 1, existing) AS all_villageCode,
                arraySlice(tupleElement(timeline, 14 /* cell_townshipCode */), 1, existing) AS all_townshipCode,
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
                    cell_postedOn_or_totalFen,
                    cell_endsOn,
                    cell_contractId,
                    cell_title,
                    cell_villageCode,
                    cell_townshipCode
                  ))) AS timeline
                FROM (
                  SELECT
                    assumeNotNull(CAST(noticeId, 'Nullable(String)')) AS scope,
                    toInt64(atMs) AS atMs,
                    toInt64(0) AS ord,
                    id AS id,
                    toUInt8(1 /* assets.notice */) AS type,
                    toUInt64(version) AS version,
                    toUInt64(streamOffset) AS streamOffset,
                    toString(hash) AS hash,
                    toUInt64(if(
                      ifNull(subject IN ({p0:String}, {p1:String}), 0)
                        AND ifNull(endsOn < addDays(postedOn, {p2:Int64}), 0),
                      1 /* notice */,
                      0
                    )) AS marks,
                    CAST(toInt32(postedOn), 'Nullable(Int64)') AS cell_postedOn_or_totalFen,
                    CAST(toInt32(endsOn), 'Nullable(Int64)') AS cell_endsOn,
                    CAST(contractId, 'Nullable(String)') AS cell_contractId,
                    CAST(title, 'Nullable(String)') AS cell_title,
                    CAST(villageCode, 'Nullable(String)') AS cell_villageCode,
                    CAST(townshipCode, 'Nullable(String)') AS cell_townshipCode
                  FROM cur_assets_notice FINAL
                  WHERE ((
                    ifNull(subject IN ({p0:String}, {p1:String}), 0)
                    AND ifNull(endsOn < addDays(postedOn, {p2:Int64}), 0)
                  ))
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
                    linked.cell_postedOn_or_totalFen AS cell_postedOn_or_totalFen,
                    linked.cell_endsOn AS cell_endsOn,
                    linked.cell_contractId AS cell_contractId,
                    linked.cell_title AS cell_title,
                    linked.cell_villageCode AS cell_villageCode,
                    linked.cell_townshipCode AS cell_townshipCode
                  FROM (
                    SELECT
                      toInt64(atMs) AS atMs,
                      toInt64(0) AS ord,
                      id AS id,
                      toUInt8(0 /* assets.contract */) AS type,
                      toUInt64(version) AS version,
                      toUInt64(streamOffset) AS streamOffset,
                      toString(hash) AS hash,
                      toUInt64(2 /* contract */) AS marks,
                      CAST(totalFen, 'Nullable(Int64)') AS cell_postedOn_or_totalFen,
                      CAST(NULL, 'Nullable(Int64)') AS cell_endsOn,
                      CAST(contractId, 'Nullable(String)') AS cell_contractId,
                      CAST(NULL, 'Nullable(String)') AS cell_title,
                      CAST(NULL, 'Nullable(String)') AS cell_villageCode,
                      CAST(NULL, 'Nullable(String)') AS cell_townshipCode,
                      assumeNotNull(CAST(contractId, 'Nullable(String)')) AS k0
                    FROM cur_assets_contract FINAL
                    WHERE contractId IS NOT NULL
                  ) AS linked
                  INNER JOIN (
                    SELECT DISTINCT
                      assumeNotNull(CAST(noticeId, 'Nullable(String)')) AS scope,
                      assumeNotNull(CAST(contractId, 'Nullable(String)')) AS k0
                    FROM cur_assets_notice FINAL
                    WHERE contractId IS NOT NULL
                  ) AS subjects ON linked.k0 = subjects.k0
                )
                GROUP BY scope
              )
            )
          )
        )
      )
    )
    WHERE hit OR due > 0
  )
)
