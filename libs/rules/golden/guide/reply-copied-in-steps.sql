WITH
  if(hit, toInt64(all_at[ifNull(arrayMin(reached), 0)]), 0) AS occurredAt,
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
  toString(length(arrayDistinct(arrayFilter(
    x -> x IS NOT NULL,
    arrayConcat(arrayConcat(CAST([], 'Array(Int64)'), tupleElement(repeats, 1)), tupleElement(repeats, 3))
  )))) AS count_figure,
  toString(all_at[ifNull(arrayMin(tupleElement(repeats, 3)), 0)]) AS firstAtMs_figure,
  toString(all_at[arrayMax(tupleElement(repeats, 1))]) AS lastAtMs_figure,
  toString(length(arrayDistinct(arrayFilter(
    x -> x IS NOT NULL,
    arrayConcat(arrayConcat(CAST([], 'Array(Int64)'), tupleElement(repeats, 2)), tupleElement(repeats, 4))
  )))) AS distinct_figure
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
      distinct_figure
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
          arrayMap(p -> (toUInt32(p), toUInt8(0 /* applied */)), tupleElement(repeats, 1)),
          arrayMap(p -> (toUInt32(p), toUInt8(0 /* applied */)), tupleElement(repeats, 3))
        ),
        CAST([], 'Array(Tuple(UInt32, UInt8))')
      ) AS proof
    FROM (
      SELECT *,
        notEmpty(reached) AS hit,
        ifNull(
          arrayMin(arrayConcat(
            arrayConcat(
              CAST([], 'Array(Int64)'),
              arrayFilter(
                (x1, x2) -> x2,
                arraySlice(tupleElement(timeline, 1 /* atMs */), existing + 1),
                arrayMap(
                  (w0) -> bitAnd(w0, 1) != 0 /* applied */,
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
          arrayFilter(
            (marked_i, x2) -> ((tupleElement(marked_i, 2) > 0) AND ifNull(tupleElement(marked_i, 1) = x2, 0)),
            marked,
            arrayFill(
              x -> x > 0,
              arrayMap(
                (marked_i) -> if((tupleElement(marked_i, 2) < 0), toInt64(tupleElement(marked_i, 1)), toInt64(0)),
                marked
              )
            )
          ) AS repeats
        FROM (
          SELECT *,
            arraySort(arrayConcat(
              alike,
              arrayMap((reached_i) -> (toInt64(reached_i), toInt64(-1), toInt64(-1), toInt64(-1)), reached)
            )) AS marked
          FROM (
            SELECT *,
              tupleElement(
                arrayFilter(
                  (alikeOnce_i, x2) -> ifNull(x2 = ({p3:Int64} - 1), 0),
                  alikeOnce,
                  arrayEnumerateUniq(tupleElement(alikeOnce, 1))
                ),
                1
              ) AS reached
            FROM (
              SELECT *,
                arrayFilter(
                  (r, nth) -> nth = 1,
                  alike,
                  arrayEnumerateUniq(tupleElement(alike, 1), tupleElement(alike, 2))
                ) AS alikeOnce
              FROM (
                SELECT *,
                  arraySort(arrayMap(
                    (T, P, G, S) -> arrayMap(
                      (X) -> arrayMap(
                        (R) -> arrayMap(
                          (M, N) -> arrayMap(
                            (L, E) -> arrayMap(
                              (a, b) -> (a.4, b.5, b.4, a.5),
                              arrayFilter(
                                (a, b) -> 200 * toInt64(length(arrayIntersect(a.3, b.3))) >= {p2:Int64} * toInt64(
                                  length(a.3)
                                  + length(b.3)
                                ),
                                L,
                                E
                              ),
                              arrayFilter(
                                (b, a) -> 200 * toInt64(length(arrayIntersect(a.3, b.3))) >= {p2:Int64} * toInt64(
                                  length(a.3)
                                  + length(b.3)
                                ),
                                E,
                                L
                              )
                            ),
                            [arrayFilter((f, m) -> m.2 != 0, arrayFill(x -> x.2 = 0, M), M)],
                            [arraySort(
                              (f, m) -> (m.2, m.1),
                              arrayFilter((f, m) -> m.2 != 0, arrayFill(x -> x.2 = 0, N), N),
                              arrayFilter(m -> m.2 != 0, N)
                            )]
                          )[1],
                          [arraySort(
                            x -> (x.1, x.2),
                            arrayConcat(
                              arrayMap(
                                (t, p, g, i) -> (toInt64(i), toInt64(0), t, toInt64(p), toInt64(g)),
                                T,
                                P,
                                G,
                                arrayEnumerate(T)
                              ),
                              arrayMap(r -> (r.1, r.2, CAST([], 'Array(Int64)'), toInt64(0), toInt64(0)), R)
                            )
                          )],
                          [arraySort(
                            x -> (x.1, x.2),
                            arrayConcat(
                              arrayMap(
                                (t, p, g, i) -> (toInt64(i), toInt64(0), t, toInt64(p), toInt64(g)),
                                T,
                                P,
                                G,
                                arrayEnumerate(T)
                              ),
                              arrayMap(r -> (r.2, r.1, CAST([], 'Array(Int64)'), toInt64(0), toInt64(0)), R)
                            )
                          )]
                        )[1],
                        [arrayFlatten(arrayMap(
                          d -> arrayMap(
                            z -> (z.1.1, z.2.1),
                            arrayFilter(
                              z -> z.1.2 != z.2.2
                                AND z.1.3 - z.2.3 < 9000000000000000
                                AND 200 * least(z.1.4, z.2.4) >= {p2:Int64} * (z.1.4 + z.2.4)
                                AND 100 * ((z.1.4 + z.2.4) - toInt64(
                                  bitCount(bitXor(z.1.5, z.2.5))
                                  + bitCount(bitXor(z.1.6, z.2.6))
                                  + bitCount(bitXor(z.1.7, z.2.7))
                                  + bitCount(bitXor(z.1.8, z.2.8))
                                )) >= {p2:Int64} * (z.1.4 + z.2.4),
                              arrayZip(arraySlice(X, d + 1), arraySlice(X, 1, length(X) - d))
                            )
                          ),
                          range(1, least(101, length(X)))
                        ))]
                      )[1],
                      [arrayMap(
                        (t, g, s, i) -> (
                          toInt64(i),
                          toInt64(g),
                          toInt64(s),
                          toInt64(length(t)),
                          arrayReduce(
                            'groupBitXor',
                            arrayMap(
                              x -> if(
                                bitAnd(bitShiftRight(intHash64(x), 6), 3) = 0,
                                bitShiftLeft(toUInt64(1), bitAnd(intHash64(x), 63)),
                                toUInt64(0)
                              ),
                              t
                            )
                          ),
                          arrayReduce(
                            'groupBitXor',
                            arrayMap(
                              x -> if(
                                bitAnd(bitShiftRight(intHash64(x), 6), 3) = 1,
                                bitShiftLeft(toUInt64(1), bitAnd(intHash64(x), 63)),
                                toUInt64(0)
                              ),
                              t
                            )
                          ),
                          arrayReduce(
                            'groupBitXor',
                            arrayMap(
                              x -> if(
                                bitAnd(bitShiftRight(intHash64(x), 6), 3) = 2,
                                bitShiftLeft(toUInt64(1), bitAnd(intHash64(x), 63)),
                                toUInt64(0)
                              ),
                              t
                            )
                          ),
                          arrayReduce(
                            'groupBitXor',
                            arrayMap(
                              x -> if(
                                bitAnd(bitShiftRight(intHash64(x), 6), 3) = 3,
                                bitShiftLeft(toUInt64(1), bitAnd(intHash64(x), 63)),
                                toUInt64(0)
                              ),
                              t
                            )
                          )
                        ),
                        T,
                        G,
                        S,
                        arrayEnumerate(T)
                      )]
                    )[1],
                    [textPairs],
                    [textPlaces],
                    [textOwners],
                    [textAt]
                  )[1]) AS alike
                FROM (
                  SELECT *,
                    arrayMap(
                      t -> arraySort(arrayDistinct(arrayMap(g -> reinterpretAsInt64(g), ngrams(t, 2)))),
                      arrayFilter((plainTexts_i, isText_i) -> isText_i, plainTexts, isText)
                    ) AS textPairs,
                    arrayFilter((applied_places_i, isText_i) -> isText_i, applied_places, isText) AS textPlaces,
                    arrayEnumerateDense(arrayFilter(
                      (applied_orderId_i, isText_i) -> isText_i,
                      applied_orderId,
                      isText
                    )) AS textOwners,
                    arrayFilter((applied_at_i, isText_i) -> isText_i, applied_at, isText) AS textAt
                  FROM (
                    SELECT *,
                      arrayMap(
                        (plainTexts_i, applied_orderId_i) -> (
                          (toInt64(lengthUTF8(plainTexts_i)) >= {p1:Int64})
                          AND (NOT (applied_orderId_i IS NULL))
                        ),
                        plainTexts,
                        applied_orderId
                      ) AS isText
                    FROM (
                      SELECT *,
                        arrayMap(
                          t -> substringUTF8(
                            replaceRegexpAll(
                              lower(ifNull(t, '')),
                              '[\\x{0000}-\\x{002F}\\x{003A}-\\x{0040}\\x{005B}-\\x{0060}\\x{007B}-\\x{00BF}\\x{2000}-\\x{206F}\\x{3000}-\\x{303F}\\x{FE10}-\\x{FE6F}\\x{FEFF}-\\x{FF0F}\\x{FF1A}-\\x{FF20}\\x{FF3B}-\\x{FF40}\\x{FF5B}-\\x{FF65}\\x{FFF0}-\\x{FFFF}\\x{10000}-\\x{10FFFF}]+',
                              ''
                            ),
                            1,
                            1000
                          ),
                          applied_note
                        ) AS plainTexts
                      FROM (
                        SELECT *,
                          arrayFilter((x, m) -> bitTest(m, 0), all_note, all_marks) AS applied_note,
                          arrayFilter((x, m) -> bitTest(m, 0), all_orderId, all_marks) AS applied_orderId,
                          arrayFilter((x, m) -> bitTest(m, 0), all_places, all_marks) AS applied_places,
                          arrayFilter((x, m) -> bitTest(m, 0), all_at, all_marks) AS applied_at
                        FROM (
                          SELECT *,
                            arrayCount(a -> a <= {now:Int64}, timeline.1) AS existing,
                            arraySlice(tupleElement(timeline, 9 /* cell_note */), 1, existing) AS all_note,
                            arraySlice(tupleElement(timeline, 8 /* marks */), 1, existing) AS all_marks,
                            arraySlice(tupleElement(timeline, 10 /* cell_orderId */), 1, existing) AS all_orderId,
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
                                cell_note,
                                cell_orderId
                              ))) AS timeline
                            FROM (
                              SELECT
                                concat(
                                  replaceAll(
                                    replaceAll(assumeNotNull(CAST(unitId, 'Nullable(String)')), '%', '%25'),
                                    '|',
                                    '%7C'
                                  ),
                                  '|',
                                  replaceAll(
                                    replaceAll(
                                      assumeNotNull(CAST(
                                        substring(toString(toDate32(intDiv(atMs + 28800000, 86400000))), 1, 7),
                                        'Nullable(String)'
                                      )),
                                      '%',
                                      '%25'
                                    ),
                                    '|',
                                    '%7C'
                                  )
                                ) AS scope,
                                toInt64(atMs) AS atMs,
                                toInt64(ifNull(stepNo, 0)) AS ord,
                                id AS id,
                                toUInt8(0 /* hotline.order-event */) AS type,
                                toUInt64(version) AS version,
                                toUInt64(streamOffset) AS streamOffset,
                                toString(hash) AS hash,
                                toUInt64(if(ifNull(action = {p0:String}, 0), 1 /* applied */, 0)) AS marks,
                                CAST(note, 'Nullable(String)') AS cell_note,
                                CAST(orderId, 'Nullable(String)') AS cell_orderId
                              FROM cur_hotline_order_event_by_unitId_action FINAL
                              WHERE unitId IS NOT NULL
                                AND ((ifNull(action = {p0:String}, 0)))
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
    WHERE hit OR due > 0
  )
)
