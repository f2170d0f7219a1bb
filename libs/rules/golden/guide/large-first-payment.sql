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
  toString(length(standing0[first])) AS earlierCount_figure,
  toString(length(counted1[first])) AS olderCount_figure,
  toString(0) AS startMs_figure,
  toString(paid_amountFen[first]) AS amountFen_figure,
  toString(paid_villageCode[first]) AS villageCode_subject,
  toString(paid_townshipCode[first]) AS townshipCode_subject
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
      earlierCount_figure,
      olderCount_figure,
      startMs_figure,
      amountFen_figure
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
          arrayMap(p -> (toUInt32(p), toUInt8(0 /* paid */)), tupleElement(holding, 2)),
          arrayMap(
            p -> (toUInt32(p), toUInt8(1 /* earlier */)),
            arrayFlatten(arrayFilter(
              (x1, x2) -> has(tupleElement(holding, 3), x2),
              arrayMap((standing0_i) -> tupleElement(standing0_i, 1), standing0),
              arrayEnumerate(paid_at)
            ))
          ),
          arrayMap(
            p -> (toUInt32(p), toUInt8(2 /* older */)),
            arrayFlatten(arrayFilter(
              (x1, x2) -> has(tupleElement(holding, 3), x2),
              arrayMap((counted1_i) -> tupleElement(counted1_i, 1), counted1),
              arrayEnumerate(paid_at)
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
                arrayConcat(
                  CAST([], 'Array(Int64)'),
                  arrayFilter(
                    (x1, x2) -> x2,
                    arraySlice(tupleElement(timeline, 1 /* atMs */), existing + 1),
                    arrayMap(
                      (w0) -> bitAnd(w0, 1) != 0 /* paid */,
                      arraySlice(tupleElement(timeline, 8 /* marks */), existing + 1)
                    )
                  )
                ),
                CAST([], 'Array(Int64)')
              ),
              arrayFilter(
                (x1, x2, x3, x4) -> (
                  x2
                  AND arrayExists(
                    (x5, x6, x7) -> (x5 AND (ifNull(x3 = x6, 0) AND ifNull(x4 = x7, 0))),
                    arrayMap((w0) -> bitAnd(w0, 1) != 0 /* paid */, tupleElement(timeline, 8 /* marks */)),
                    tupleElement(timeline, 11 /* cell_villageCode */),
                    tupleElement(timeline, 12 /* cell_counterparty */)
                  )
                ),
                arraySlice(tupleElement(timeline, 1 /* atMs */), existing + 1),
                arrayMap(
                  (w0) -> bitAnd(w0, 2) != 0 /* earlier */,
                  arraySlice(tupleElement(timeline, 8 /* marks */), existing + 1)
                ),
                arraySlice(tupleElement(timeline, 11 /* cell_villageCode */), existing + 1),
                arraySlice(tupleElement(timeline, 12 /* cell_counterparty */), existing + 1)
              )
            ),
            arrayFilter(
              (x1, x2, x3) -> (
                x2
                AND arrayExists(
                  (x4, x5) -> (x4 AND ifNull(x3 = x5, 0)),
                  arrayMap((w0) -> bitAnd(w0, 1) != 0 /* paid */, tupleElement(timeline, 8 /* marks */)),
                  tupleElement(timeline, 11 /* cell_villageCode */)
                )
              ),
              arraySlice(tupleElement(timeline, 1 /* atMs */), existing + 1),
              arrayMap(
                (w0) -> bitAnd(w0, 4) != 0 /* older */,
                arraySlice(tupleElement(timeline, 8 /* marks */), existing + 1)
              ),
              arraySlice(tupleElement(timeline, 11 /* cell_villageCode */), existing + 1)
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
                  (x1, paid_places_i, x3, x4) -> (toInt64(x1), toInt64(paid_places_i), toInt64(x3), toInt64(x4)),
                  arrayMap(
                    (paid_at_i, x2) -> greatest(paid_at_i, x2),
                    paid_at,
                    arrayMap(
                      (counted1_i) -> if(
                        (length(counted1_i) >= {p2:Int64}),
                        toInt64(tupleElement(counted1_i[greatest({p2:Int64}, 1)], 2)),
                        toInt64(0)
                      ),
                      counted1
                    )
                  ),
                  paid_places,
                  arrayEnumerate(paid_at),
                  arrayMap((paid_at_i) -> 0, paid_at)
                ),
                holds
              ) AS met
            FROM (
              SELECT *,
                arrayMap(
                  (x1, x2) -> (x1 AND x2),
                  arrayMap(
                    (x1, paid_places_i) -> (x1 AND (paid_places_i > 0)),
                    arrayMap((standing0_i) -> (NOT notEmpty(standing0_i)), standing0),
                    paid_places
                  ),
                  arrayMap((counted1_i) -> (length(counted1_i) >= {p2:Int64}), counted1)
                ) AS holds
              FROM (
                SELECT *,
                  arrayMap(
                    (paid_places_i, paid_places_i2, paid_villageCode_i, paid_atMs_i) -> arrayFilter(
                      (x5, older_villageCode_j, older_atMs_j) -> (
                        ifNull(older_villageCode_j = paid_villageCode_i, 0)
                        AND ifNull(older_atMs_j <= (paid_atMs_i + -31536000000), 0)
                      ),
                      arrayMap(
                        (older_places_j, older_at_j) -> (toInt64(older_places_j), toInt64(older_at_j), toInt64(0)),
                        older_places,
                        older_at
                      ),
                      older_villageCode,
                      older_atMs
                    ),
                    paid_places,
                    paid_places,
                    paid_villageCode,
                    paid_atMs
                  ) AS counted1,
                  arrayMap(
                    (paid_places_i, paid_places_i2, paid_villageCode_i, paid_counterparty_i) -> arrayFilter(
                      (x5, earlier_villageCode_j, earlier_counterparty_j) -> (
                        (
                          ifNull(earlier_villageCode_j = paid_villageCode_i, 0)
                          AND ifNull(earlier_counterparty_j = paid_counterparty_i, 0)
                        )
                        AND (tupleElement(x5, 1) < paid_places_i2)
                      ),
                      arrayMap(
                        (earlier_places_j, earlier_at_j) -> (
                          toInt64(earlier_places_j),
                          toInt64(earlier_at_j),
                          toInt64(0)
                        ),
                        earlier_places,
                        earlier_at
                      ),
                      earlier_villageCode,
                      earlier_counterparty
                    ),
                    paid_places,
                    paid_places,
                    paid_villageCode,
                    paid_counterparty
                  ) AS standing0
                FROM (
                  SELECT *,
                    arrayFilter((x, m) -> bitTest(m, 0), all_places, all_marks) AS paid_places,
                    arrayFilter((x, m) -> bitTest(m, 0), all_at, all_marks) AS paid_at,
                    arrayFilter((x, m) -> bitTest(m, 1), all_places, all_marks) AS earlier_places,
                    arrayFilter((x, m) -> bitTest(m, 1), all_at, all_marks) AS earlier_at,
                    arrayFilter((x, m) -> bitTest(m, 0), all_villageCode, all_marks) AS paid_villageCode,
                    arrayFilter((x, m) -> bitTest(m, 0), all_counterparty, all_marks) AS paid_counterparty,
                    arrayFilter((x, m) -> bitTest(m, 1), all_villageCode, all_marks) AS earlier_villageCode,
                    arrayFilter((x, m) -> bitTest(m, 1), all_counterparty, all_marks) AS earlier_counterparty,
                    arrayFilter((x, m) -> bitTest(m, 2), all_places, all_marks) AS older_places,
                    arrayFilter((x, m) -> bitTest(m, 2), all_at, all_marks) AS older_at,
                    arrayFilter((x, m) -> bitTest(m, 2), all_villageCode, all_marks) AS older_villageCode,
                    arrayFilter((x, m) -> bitTest(m, 0), all_atMs, all_marks) AS paid_atMs,
                    arrayFilter((x, m) -> bitTest(m, 2), all_atMs, all_marks) AS older_atMs,
                    arrayFilter((x, m) -> bitTest(m, 0), all_amountFen, all_marks) AS paid_amountFen,
                    arrayFilter((x, m) -> bitTest(m, 0), all_townshipCode, all_marks) AS paid_townshipCode
                  FROM (
                    SELECT *,
                      arrayCount(a -> a <= {now:Int64}, timeline.1) AS existing,
                      arraySlice(tupleElement(timeline, 8 /* marks */), 1, existing) AS all_marks,
                      arraySlice(tupleElement(timeline, 11 /* cell_villageCode */), 1, existing) AS all_villageCode,
                      arraySlice(tupleElement(timeline, 12 /* cell_counterparty */), 1, existing) AS all_counterparty,
                      arraySlice(tupleElement(timeline, 9 /* cell_atMs */), 1, existing) AS all_atMs,
                      arraySlice(tupleElement(timeline, 10 /* cell_amountFen */), 1, existing) AS all_amountFen,
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
                          cell_atMs,
                          cell_amountFen,
                          cell_villageCode,
                          cell_counterparty,
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
                          any(r.cell_atMs) AS cell_atMs,
                          any(r.cell_amountFen) AS cell_amountFen,
                          any(r.cell_villageCode) AS cell_villageCode,
                          any(r.cell_counterparty) AS cell_counterparty,
                          any(r.cell_townshipCode) AS cell_townshipCode
                        FROM (
                          SELECT
                            assumeNotNull(CAST(voucherId, 'Nullable(String)')) AS scope,
                            toInt64(atMs) AS atMs,
                            toInt64(0) AS ord,
                            id AS id,
                            toUInt8(0 /* assets.payment */) AS type,
                            toUInt64(version) AS version,
                            toUInt64(streamOffset) AS streamOffset,
                            toString(hash) AS hash,
                            toUInt64(if(
                              ifNull(direction = {p0:String}, 0)
                                AND ifNull(amountFen > {p1:Int64}, 0)
                                AND counterparty IS NOT NULL,
                              1 /* paid */,
                              0
                            )) AS marks,
                            CAST(atMs, 'Nullable(Int64)') AS cell_atMs,
                            CAST(amountFen, 'Nullable(Int64)') AS cell_amountFen,
                            CAST(villageCode, 'Nullable(String)') AS cell_villageCode,
                            CAST(counterparty, 'Nullable(String)') AS cell_counterparty,
                            CAST(townshipCode, 'Nullable(String)') AS cell_townshipCode
                          FROM cur_assets_payment FINAL
                          WHERE ((
                            ifNull(direction = {p0:String}, 0)
                            AND ifNull(amountFen > {p1:Int64}, 0)
                            AND counterparty IS NOT NULL
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
                            linked.cell_atMs AS cell_atMs,
                            linked.cell_amountFen AS cell_amountFen,
                            linked.cell_villageCode AS cell_villageCode,
                            linked.cell_counterparty AS cell_counterparty,
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
                              toUInt64(if(ifNull(direction = {p0:String}, 0), 2 /* earlier */, 0)) AS marks,
                              CAST(atMs, 'Nullable(Int64)') AS cell_atMs,
                              CAST(amountFen, 'Nullable(Int64)') AS cell_amountFen,
                              CAST(villageCode, 'Nullable(String)') AS cell_villageCode,
                              CAST(counterparty, 'Nullable(String)') AS cell_counterparty,
                              CAST(townshipCode, 'Nullable(String)') AS cell_townshipCode,
                              assumeNotNull(CAST(villageCode, 'Nullable(String)')) AS k0,
                              assumeNotNull(CAST(counterparty, 'Nullable(String)')) AS k1
                            FROM cur_assets_payment FINAL
                            WHERE villageCode IS NOT NULL
                              AND counterparty IS NOT NULL
                              AND ((ifNull(direction = {p0:String}, 0)))
                          ) AS linked
                          INNER JOIN (
                            SELECT DISTINCT
                              assumeNotNull(CAST(voucherId, 'Nullable(String)')) AS scope,
                              assumeNotNull(CAST(villageCode, 'Nullable(String)')) AS k0,
                              assumeNotNull(CAST(counterparty, 'Nullable(String)')) AS k1
                            FROM cur_assets_payment FINAL
                            WHERE villageCode IS NOT NULL
                              AND counterparty IS NOT NULL
                          ) AS subjects ON linked.k0 = subjects.k0 AND linked.k1 = subjects.k1
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
                            linked.cell_atMs AS cell_atMs,
                            linked.cell_amountFen AS cell_amountFen,
                            linked.cell_villageCode AS cell_villageCode,
                            linked.cell_counterparty AS cell_counterparty,
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
                              toUInt64(4 /* older */) AS marks,
                              CAST(atMs, 'Nullable(Int64)') AS cell_atMs,
                              CAST(amountFen, 'Nullable(Int64)') AS cell_amountFen,
                              CAST(villageCode, 'Nullable(String)') AS cell_villageCode,
                              CAST(counterparty, 'Nullable(String)') AS cell_counterparty,
                              CAST(townshipCode, 'Nullable(String)') AS cell_townshipCode,
                              assumeNotNull(CAST(villageCode, 'Nullable(String)')) AS k0
                            FROM cur_assets_payment FINAL
                            WHERE villageCode IS NOT NULL
                          ) AS linked
                          INNER JOIN (
                            SELECT DISTINCT
                              assumeNotNull(CAST(voucherId, 'Nullable(String)')) AS scope,
                              assumeNotNull(CAST(villageCode, 'Nullable(String)')) AS k0
                            FROM cur_assets_payment FINAL
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
    WHERE hit OR due > 0
  )
)
