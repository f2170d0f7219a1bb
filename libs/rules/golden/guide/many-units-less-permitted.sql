WITH
  if(
    hit,
    toInt64(ifNull(
      arrayMin(arrayFilter(
        (x1) -> (x1 > 0),
        [toInt64(if((first0 > 0), toInt64(unlisted0_assigned_0_at[first0]), toInt64(0)))]
      )),
      0
    )),
    0
  ) AS occurredAt,
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
  toString(if(
    (first0 > 0),
    toInt64(length(arrayFilter((unlisted0_assigned_0_i, proof0_i) -> proof0_i, unlisted0_assigned_0, proof0))),
    toInt64(0)
  )) AS count_figure,
  toString(if(
    (first0 > 0),
    toInt64(length(arrayDistinct(arrayFilter(
      x -> x IS NOT NULL,
      arrayFilter((unlisted0_assigned_0_unitId_i, proof0_i) -> proof0_i, unlisted0_assigned_0_unitId, proof0)
    )))),
    toInt64(0)
  )) AS distinct_figure,
  toString(if((first0 > 0), toInt64(0), toInt64(0))) AS sum_figure,
  toString(if((first0 > 0), toInt64({p3:Int64}), toInt64(0))) AS threshold_figure,
  toString(if(
    (first0 > 0),
    toInt64(arrayFilter((unlisted0_assigned_0_at_i, proof0_i) -> proof0_i, unlisted0_assigned_0_at, proof0)[1]),
    toInt64(0)
  )) AS firstAtMs_figure,
  toString(if(
    (first0 > 0),
    toInt64(arrayFilter((unlisted0_assigned_0_at_i, proof0_i) -> proof0_i, unlisted0_assigned_0_at, proof0)[-1]),
    toInt64(0)
  )) AS lastAtMs_figure,
  toString(arrayFilter(
    (spoken0_assigned_unitId_i) -> (NOT (spoken0_assigned_unitId_i IS NULL)),
    spoken0_assigned_unitId
  )[-1]) AS lastUnit_figure,
  toString(arrayFilter(
    (spoken0_assigned_unitId_i) -> (NOT (spoken0_assigned_unitId_i IS NULL)),
    spoken0_assigned_unitId
  )[-1]) AS unitId_subject
SELECT
  scope,
  tuple(
    hit,
    occurredAt,
    due,
    evidence,
    if(hit, CAST([
      count_figure,
      distinct_figure,
      sum_figure,
      threshold_figure,
      firstAtMs_figure,
      lastAtMs_figure,
      lastUnit_figure
    ], 'Array(Nullable(String))'), []),
    CAST([
      unitId_subject
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
          arrayMap(
            p -> (toUInt32(p), toUInt8(0 /* assigned */)),
            arrayFilter((unlisted0_assigned_0_i, proof0_i) -> proof0_i, unlisted0_assigned_0, proof0)
          )
        ),
        CAST([], 'Array(Tuple(UInt32, UInt8))')
      ) AS proof
    FROM (
      SELECT *,
        (first0 > 0) AS hit,
        ifNull(
          arrayMin(arrayConcat(
            arrayConcat(
              arrayConcat(
                CAST([], 'Array(Int64)'),
                arrayFilter(
                  (x1, x2) -> x2,
                  arraySlice(tupleElement(timeline, 1 /* atMs */), existing + 1),
                  arrayMap(
                    (w0) -> bitAnd(w0, 1) != 0 /* assigned */,
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
                  arrayMap((w0) -> bitAnd(w0, 1) != 0 /* assigned */, tupleElement(timeline, 8 /* marks */)),
                  tupleElement(timeline, 11 /* cell_entry_or_unitId */)
                )
              ),
              arraySlice(tupleElement(timeline, 1 /* atMs */), existing + 1),
              arrayMap(
                (w0) -> bitAnd(w0, 2) != 0 /* permitted */,
                arraySlice(tupleElement(timeline, 8 /* marks */), existing + 1)
              ),
              arraySlice(tupleElement(timeline, 11 /* cell_entry_or_unitId */), existing + 1)
            )
          )),
          0
        ) AS due
      FROM (
        SELECT *,
          arrayMap((unlisted0_assigned_0_at_i) -> (first0 > 0), unlisted0_assigned_0_at) AS proof0
        FROM (
          SELECT *,
            arrayFirstIndex((reached0_i) -> reached0_i, reached0) AS first0
          FROM (
            SELECT *,
              arrayMap(
                (x1) -> (x1 >= {p3:Int64}),
                arrayCumSum(arrayMap(
                  (x, k) -> x IS NOT NULL AND k = 1,
                  unlisted0_assigned_0_unitId,
                  arrayEnumerateUniq(unlisted0_assigned_0_unitId)
                ))
              ) AS reached0,
              arrayMap(
                (spoken0_assigned_i) -> all_entry_or_unitId[spoken0_assigned_i],
                spoken0_assigned
              ) AS spoken0_assigned_unitId
            FROM (
              SELECT *,
                arrayMap(
                  (unlisted0_assigned_0_i) -> all_entry_or_unitId[unlisted0_assigned_0_i],
                  unlisted0_assigned_0
                ) AS unlisted0_assigned_0_unitId,
                arrayMap(
                  (unlisted0_assigned_0_i) -> all_at[unlisted0_assigned_0_i],
                  unlisted0_assigned_0
                ) AS unlisted0_assigned_0_at,
                arrayConcat(
                  arrayConcat(CAST([], 'Array(Int64)'), unlisted0_assigned_0),
                  arrayResize(assigned_places, if((NOT notEmpty(unlisted0_assigned_0)), length(assigned_places), 0))
                ) AS spoken0_assigned
              FROM (
                SELECT *,
                  arrayFilter(
                    (assigned_places_i, assigned_at_i, assigned_unitId_i) -> (NOT arrayExists(
                      (linked1_assigned_j, linked1_assigned_entry_j, linked1_assigned_validFrom_j, linked1_assigned_validTo_j) -> (
                        (
                          ifNull(linked1_assigned_entry_j = assigned_unitId_i, 0)
                          AND (
                            (linked1_assigned_validFrom_j IS NULL)
                            OR ifNull(linked1_assigned_validFrom_j <= intDiv(assigned_at_i + 28800000, 86400000), 0)
                          )
                        )
                        AND (
                          (linked1_assigned_validTo_j IS NULL)
                          OR ifNull(intDiv(assigned_at_i + 28800000, 86400000) <= linked1_assigned_validTo_j, 0)
                        )
                      ),
                      linked1_assigned,
                      linked1_assigned_entry,
                      linked1_assigned_validFrom,
                      linked1_assigned_validTo
                    )),
                    assigned_places,
                    assigned_at,
                    assigned_unitId
                  ) AS unlisted0_assigned_0
                FROM (
                  SELECT *,
                    arrayMap(
                      (linked1_assigned_i) -> all_entry_or_unitId[linked1_assigned_i],
                      linked1_assigned
                    ) AS linked1_assigned_entry,
                    arrayMap(
                      (linked1_assigned_i) -> all_validFrom[linked1_assigned_i],
                      linked1_assigned
                    ) AS linked1_assigned_validFrom,
                    arrayMap(
                      (linked1_assigned_i) -> all_validTo[linked1_assigned_i],
                      linked1_assigned
                    ) AS linked1_assigned_validTo
                  FROM (
                    SELECT *,
                      arrayFilter(
                        (permitted_places_i, x2) -> x2,
                        permitted_places,
                        arrayMap((v1) -> arrayExists((w1) -> ifNull(v1 = w1, 0), assigned_unitId), permitted_entry)
                      ) AS linked1_assigned
                    FROM (
                      SELECT *,
                        arrayFilter((x, m) -> bitTest(m, 1), all_entry_or_unitId, all_marks) AS permitted_entry,
                        arrayFilter((x, m) -> bitTest(m, 0), all_entry_or_unitId, all_marks) AS assigned_unitId,
                        arrayFilter((x, m) -> bitTest(m, 1), all_places, all_marks) AS permitted_places,
                        arrayFilter((x, m) -> bitTest(m, 0), all_places, all_marks) AS assigned_places,
                        arrayFilter((x, m) -> bitTest(m, 0), all_at, all_marks) AS assigned_at
                      FROM (
                        SELECT *,
                          arrayCount(a -> a <= {now:Int64}, timeline.1) AS existing,
                          arraySlice(
                            tupleElement(timeline, 11 /* cell_entry_or_unitId */),
                            1,
                            existing
                          ) AS all_entry_or_unitId,
                          arraySlice(tupleElement(timeline, 8 /* marks */), 1, existing) AS all_marks,
                          arraySlice(tupleElement(timeline, 9 /* cell_validFrom */), 1, existing) AS all_validFrom,
                          arraySlice(tupleElement(timeline, 10 /* cell_validTo */), 1, existing) AS all_validTo,
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
                              cell_validFrom,
                              cell_validTo,
                              cell_entry_or_unitId
                            ))) AS timeline
                          FROM (
                            SELECT
                              assumeNotNull(CAST(orderId, 'Nullable(String)')) AS scope,
                              toInt64(atMs) AS atMs,
                              toInt64(ifNull(stepNo, 0)) AS ord,
                              id AS id,
                              toUInt8(1 /* hotline.order-event */) AS type,
                              toUInt64(version) AS version,
                              toUInt64(streamOffset) AS streamOffset,
                              toString(hash) AS hash,
                              toUInt64(if(
                                ifNull(action IN ({p0:String}, {p1:String}), 0),
                                1 /* assigned */,
                                0
                              )) AS marks,
                              CAST(NULL, 'Nullable(Int64)') AS cell_validFrom,
                              CAST(NULL, 'Nullable(Int64)') AS cell_validTo,
                              CAST(unitId, 'Nullable(String)') AS cell_entry_or_unitId
                            FROM cur_hotline_order_event FINAL
                            WHERE ((ifNull(action IN ({p0:String}, {p1:String}), 0)))
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
                              linked.cell_validFrom AS cell_validFrom,
                              linked.cell_validTo AS cell_validTo,
                              linked.cell_entry_or_unitId AS cell_entry_or_unitId
                            FROM (
                              SELECT
                                toInt64(atMs) AS atMs,
                                toInt64(0) AS ord,
                                id AS id,
                                toUInt8(0 /* directory.list-entry */) AS type,
                                toUInt64(version) AS version,
                                toUInt64(streamOffset) AS streamOffset,
                                toString(hash) AS hash,
                                toUInt64(if(ifNull(list = {p2:String}, 0), 2 /* permitted */, 0)) AS marks,
                                CAST(toInt32(validFrom), 'Nullable(Int64)') AS cell_validFrom,
                                CAST(toInt32(validTo), 'Nullable(Int64)') AS cell_validTo,
                                CAST(entry, 'Nullable(String)') AS cell_entry_or_unitId,
                                assumeNotNull(CAST(entry, 'Nullable(String)')) AS k0
                              FROM cur_directory_list_entry_by_entry FINAL
                              WHERE entry IS NOT NULL
                                AND ((ifNull(list = {p2:String}, 0)))
                            ) AS linked
                            INNER JOIN (
                              SELECT DISTINCT
                                assumeNotNull(CAST(orderId, 'Nullable(String)')) AS scope,
                                assumeNotNull(CAST(unitId, 'Nullable(String)')) AS k0
                              FROM cur_hotline_order_event FINAL
                              WHERE unitId IS NOT NULL
                            ) AS subjects ON linked.k0 = subjects.k0
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
