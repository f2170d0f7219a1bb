WITH
  if(hit, toInt64(vote_at[1]), 0) AS occurredAt,
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
  toString(length(vote_at)) AS count_figure,
  toString(vote_at[1]) AS firstAtMs_figure,
  toString(vote_at[-1]) AS lastAtMs_figure,
  toString(arrayFilter((vote_matter_i) -> (NOT (vote_matter_i IS NULL)), vote_matter)[-1]) AS matter_figure,
  toString(arrayFilter((vote_heldOn_i) -> (NOT (vote_heldOn_i IS NULL)), vote_heldOn)[-1]) AS heldOn_figure,
  toString(arrayFilter((vote_expected_i) -> (NOT (vote_expected_i IS NULL)), vote_expected)[-1]) AS expected_figure,
  toString(arrayFilter((vote_attended_i) -> (NOT (vote_attended_i IS NULL)), vote_attended)[-1]) AS attended_figure,
  toString(arrayFilter((vote_agreed_i) -> (NOT (vote_agreed_i IS NULL)), vote_agreed)[-1]) AS agreed_figure,
  toString(arrayFilter(
    (contract_totalFen_i) -> (NOT (contract_totalFen_i IS NULL)),
    contract_totalFen
  )[-1]) AS totalFen_figure,
  toString(arrayFilter(
    (vote_villageCode_i) -> (NOT (vote_villageCode_i IS NULL)),
    vote_villageCode
  )[-1]) AS villageCode_subject,
  toString(arrayFilter(
    (vote_townshipCode_i) -> (NOT (vote_townshipCode_i IS NULL)),
    vote_townshipCode
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
      matter_figure,
      heldOn_figure,
      expected_figure,
      attended_figure,
      agreed_figure,
      totalFen_figure
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
          arrayMap(p -> (toUInt32(p), toUInt8(0 /* vote */)), vote_places)
        ),
        CAST([], 'Array(Tuple(UInt32, UInt8))')
      ) AS proof
    FROM (
      SELECT *,
        notEmpty(vote_at) AS hit,
        ifNull(
          arrayMin(arrayConcat(
            arrayConcat(
              CAST([], 'Array(Int64)'),
              arrayFilter(
                (x1, x2) -> x2,
                arraySlice(tupleElement(timeline, 1 /* atMs */), existing + 1),
                arrayMap(
                  (w0) -> bitAnd(w0, 3) != 0 /* vote, contract */,
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
          arrayFilter((x, m) -> bitTest(m, 0), all_at, all_marks) AS vote_at,
          arrayFilter((x, m) -> bitTest(m, 0), all_places, all_marks) AS vote_places,
          arrayFilter((x, m) -> bitTest(m, 0), all_matter, all_marks) AS vote_matter,
          arrayFilter((x, m) -> bitTest(m, 0), all_heldOn_or_totalFen, all_marks) AS vote_heldOn,
          arrayFilter((x, m) -> bitTest(m, 0), all_expected, all_marks) AS vote_expected,
          arrayFilter((x, m) -> bitTest(m, 0), all_attended, all_marks) AS vote_attended,
          arrayFilter((x, m) -> bitTest(m, 0), all_agreed, all_marks) AS vote_agreed,
          arrayFilter((x, m) -> bitTest(m, 1), all_heldOn_or_totalFen, all_marks) AS contract_totalFen,
          arrayFilter((x, m) -> bitTest(m, 0), all_villageCode, all_marks) AS vote_villageCode,
          arrayFilter((x, m) -> bitTest(m, 0), all_townshipCode, all_marks) AS vote_townshipCode
        FROM (
          SELECT *,
            arrayCount(a -> a <= {now:Int64}, timeline.1) AS existing,
            arraySlice(tupleElement(timeline, 8 /* marks */), 1, existing) AS all_marks,
            arraySlice(tupleElement(timeline, 13 /* cell_matter */), 1, existing) AS all_matter,
            arraySlice(tupleElement(timeline, 9 /* cell_heldOn_or_totalFen */), 1, existing) AS all_heldOn_or_totalFen,
            arraySlice(tupleElement(timeline, 10 /* cell_expected */), 1, existing) AS all_expected,
            arraySlice(tupleElement(timeline, 11 /* cell_attended */), 1, existing) AS all_attended,
            arraySlice(tupleElement(timeline, 12 /* cell_agreed */), 1, existing) AS all_agreed,
            arraySlice(tupleElement(timeline, 14 /* cell_villageCode */), 1, existing) AS all_villageCode,
            arraySlice(tupleElement(timeline, 15 /* cell_townshipCode */), 1, existing) AS all_townshipCode,
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
                cell_heldOn_or_totalFen,
                cell_expected,
                cell_attended,
                cell_agreed,
                cell_matter,
                cell_villageCode,
                cell_townshipCode
              ))) AS timeline
            FROM (
              SELECT
                assumeNotNull(CAST(contractId, 'Nullable(String)')) AS scope,
                toInt64(atMs) AS atMs,
                toInt64(0) AS ord,
                id AS id,
                toUInt8(1 /* assets.vote */) AS type,
                toUInt64(version) AS version,
                toUInt64(streamOffset) AS streamOffset,
                toString(hash) AS hash,
                toUInt64(if(
                  (
                    (ifNull(toInt128(attended) * 100 <= toInt128(expected) * {p0:Int64}, 0))
                    OR (ifNull(toInt128(agreed) * 100 <= toInt128(attended) * {p0:Int64}, 0))
                  ),
                  1 /* vote */,
                  0
                )) AS marks,
                CAST(toInt32(heldOn), 'Nullable(Int64)') AS cell_heldOn_or_totalFen,
                CAST(expected, 'Nullable(Int64)') AS cell_expected,
                CAST(attended, 'Nullable(Int64)') AS cell_attended,
                CAST(agreed, 'Nullable(Int64)') AS cell_agreed,
                CAST(matter, 'Nullable(String)') AS cell_matter,
                CAST(villageCode, 'Nullable(String)') AS cell_villageCode,
                CAST(townshipCode, 'Nullable(String)') AS cell_townshipCode
              FROM cur_assets_vote_by_contractId FINAL
              WHERE contractId IS NOT NULL
                AND (((
                  (ifNull(toInt128(attended) * 100 <= toInt128(expected) * {p0:Int64}, 0))
                  OR (ifNull(toInt128(agreed) * 100 <= toInt128(attended) * {p0:Int64}, 0))
                )))
              UNION ALL
              SELECT
                assumeNotNull(CAST(contractId, 'Nullable(String)')) AS scope,
                toInt64(atMs) AS atMs,
                toInt64(0) AS ord,
                id AS id,
                toUInt8(0 /* assets.contract */) AS type,
                toUInt64(version) AS version,
                toUInt64(streamOffset) AS streamOffset,
                toString(hash) AS hash,
                toUInt64(2 /* contract */) AS marks,
                CAST(totalFen, 'Nullable(Int64)') AS cell_heldOn_or_totalFen,
                CAST(NULL, 'Nullable(Int64)') AS cell_expected,
                CAST(NULL, 'Nullable(Int64)') AS cell_attended,
                CAST(NULL, 'Nullable(Int64)') AS cell_agreed,
                CAST(NULL, 'Nullable(String)') AS cell_matter,
                CAST(NULL, 'Nullable(String)') AS cell_villageCode,
                CAST(NULL, 'Nullable(String)') AS cell_townshipCode
              FROM cur_assets_contract FINAL
            )
            GROUP BY scope
          )
        )
      )
    )
    WHERE hit OR due > 0
  )
)
