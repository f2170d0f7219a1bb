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
  toString(unlisted0_paid_0_amountFen[first]) AS amountFen_figure,
  toString(unlisted0_paid_0_villageCode[first]) AS villageCode_subject,
  toString(unlisted0_paid_0_townshipCode[first]) AS townshipCode_subject
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
              arrayEnumerate(unlisted0_paid_0_at)
            ))
          ),
          arrayMap(
            p -> (toUInt32(p), toUInt8(2 /* older */)),
            arrayFlatten(arrayFilter(
              (x1, x2) -> has(tupleElement(holding, 3), x2),
              arrayMap((counted1_i) -> tupleElement(counted1_i, 1), counted1),
              arrayEnumerate(unlisted0_paid_0_at)
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
                  (x1, x2, x3) -> (
                    x2
                    AND arrayExists(
                      (x4, x5) -> (x4 AND ifNull(x3 = x5, 0)),
                      arrayMap((w0) -> bitAnd(w0, 1) != 0 /* paid */, tupleElement(timeline, 8 /* marks */)),
                      tupleElement(timeline, 13 /* cell_counterparty */)
                    )
                  ),
                  arraySlice(tupleElement(timeline, 1 /* atMs */), existing + 1),
                  arrayMap(
                    (w0) -> bitAnd(w0, 4) != 0 /* earlier */,
                    arraySlice(tupleElement(timeline, 8 /* marks */), existing + 1)
                  ),
                  arraySlice(tupleElement(timeline, 13 /* cell_counterparty */), existing + 1)
                )
              ),
              arrayFilter(
                (x1, x2, x3) -> (
                  x2
                  AND arrayExists(
                    (x4, x5) -> (x4 AND ifNull(x3 = x5, 0)),
                    arrayMap((w0) -> bitAnd(w0, 1) != 0 /* paid */, tupleElement(timeline, 8 /* marks */)),
                    tupleElement(timeline, 11 /* cell_villageCode_or_entry */)
                  )
                ),
                arraySlice(tupleElement(timeline, 1 /* atMs */), existing + 1),
                arrayMap(
                  (w0) -> bitAnd(w0, 8) != 0 /* older */,
                  arraySlice(tupleElement(timeline, 8 /* marks */), existing + 1)
                ),
                arraySlice(tupleElement(timeline, 11 /* cell_villageCode_or_entry */), existing + 1)
              )
            ),
            arrayFilter(
              (x1, x2, x3, x4) -> (
                x2
                AND arrayExists(
                  (x5, x6, x7, x8) -> (x5 AND (ifNull(x3 = x6, 0) OR (ifNull(x3 = x7, 0) AND ifNull(x4 = x8, 0)))),
                  arrayMap((w0) -> bitAnd(w0, 1) != 0 /* paid */, tupleElement(timeline, 8 /* marks */)),
                  tupleElement(timeline, 11 /* cell_villageCode_or_entry */),
                  tupleElement(timeline, 12 /* cell_voucherId_or_related */),
                  tupleElement(timeline, 13 /* cell_counterparty */)
                )
              ),
              arraySlice(tupleElement(timeline, 1 /* atMs */), existing + 1),
              arrayMap(
                (w0) -> bitAnd(w0, 2) != 0 /* permitted */,
                arraySlice(tupleElement(timeline, 8 /* marks */), existing + 1)
              ),
              arraySlice(tupleElement(timeline, 11 /* cell_villageCode_or_entry */), existing + 1),
              arraySlice(tupleElement(timeline, 12 /* cell_voucherId_or_related */), existing + 1)
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
                  (x1, unlisted0_paid_0_i, x3, x4) -> (
                    toInt64(x1),
                    toInt64(unlisted0_paid_0_i),
                    toInt64(x3),
                    toInt64(x4)
                  ),
                  arrayMap(
                    (unlisted0_paid_0_at_i, x2) -> greatest(unlisted0_paid_0_at_i, x2),
                    unlisted0_paid_0_at,
                    arrayMap(
                      (counted1_i) -> if(
                        (length(counted1_i) >= {p1:Int64}),
                        toInt64(tupleElement(counted1_i[greatest({p1:Int64}, 1)], 2)),
                        toInt64(0)
                      ),
                      counted1
                    )
                  ),
                  unlisted0_paid_0,
                  arrayEnumerate(unlisted0_paid_0_at),
                  arrayMap((unlisted0_paid_0_at_i) -> 0, unlisted0_paid_0_at)
                ),
                holds
              ) AS met
            FROM (
              SELECT *,
                arrayMap(
                  (x1, x2) -> (x1 AND x2),
                  arrayMap(
                    (x1, unlisted0_paid_0_i) -> (x1 AND (unlisted0_paid_0_i > 0)),
                    arrayMap((standing0_i) -> (NOT notEmpty(standing0_i)), standing0),
                    unlisted0_paid_0
                  ),
                  arrayMap((counted1_i) -> (length(counted1_i) >= {p1:Int64}), counted1)
                ) AS holds
              FROM (
                SELECT *,
                  arrayMap(
                    (unlisted0_paid_0_i, unlisted0_paid_0_i2, unlisted0_paid_0_villageCode_i, unlisted0_paid_0_atMs_i) -> arrayFilter(
                      (x5, older_villageCode_j, older_atMs_j) -> (
                        ifNull(older_villageCode_j = unlisted0_paid_0_villageCode_i, 0)
                        AND ifNull(older_atMs_j <= (unlisted0_paid_0_atMs_i + -31536000000), 0)
                      ),
                      arrayMap(
                        (older_places_j, older_at_j) -> (toInt64(older_places_j), toInt64(older_at_j), toInt64(0)),
                        older_places,
                        older_at
                      ),
                      older_villageCode,
                      older_atMs
                    ),
                    unlisted0_paid_0,
                    unlisted0_paid_0,
                    unlisted0_paid_0_villageCode,
                    unlisted0_paid_0_atMs
                  ) AS counted1,
                  arrayMap(
                    (unlisted0_paid_0_i, unlisted0_paid_0_i2, unlisted0_paid_0_counterparty_i) -> arrayFilter(
                      (x4, earlier_counterparty_j) -> (
                        ifNull(earlier_counterparty_j = unlisted0_paid_0_counterparty_i, 0)
                        AND (tupleElement(x4, 1) < unlisted0_paid_0_i2)
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
                      earlier_counterparty
                    ),
                    unlisted0_paid_0,
                    unlisted0_paid_0,
                    unlisted0_paid_0_counterparty
                  ) AS standing0
                FROM (
                  SELECT *,
                    arrayMap(
                      (unlisted0_paid_0_i) -> all_at[unlisted0_paid_0_i],
                      unlisted0_paid_0
                    ) AS unlisted0_paid_0_at,
                    arrayMap(
                      (unlisted0_paid_0_i) -> all_villageCode_or_entry[unlisted0_paid_0_i],
                      unlisted0_paid_0
                    ) AS unlisted0_paid_0_villageCode,
                    arrayMap(
                      (unlisted0_paid_0_i) -> all_validTo_or_atMs[unlisted0_paid_0_i],
                      unlisted0_paid_0
                    ) AS unlisted0_paid_0_atMs,
                    arrayMap(
                      (unlisted0_paid_0_i) -> all_counterparty[unlisted0_paid_0_i],
                      unlisted0_paid_0
                    ) AS unlisted0_paid_0_counterparty,
                    arrayMap(
                      (unlisted0_paid_0_i) -> all_amountFen[unlisted0_paid_0_i],
                      unlisted0_paid_0
                    ) AS unlisted0_paid_0_amountFen,
                    arrayMap(
                      (unlisted0_paid_0_i) -> all_townshipCode[unlisted0_paid_0_i],
                      unlisted0_paid_0
                    ) AS unlisted0_paid_0_townshipCode
                  FROM (
                    SELECT *,
                      arrayFilter(
                        (paid_places_i, paid_at_i, paid_villageCode_i, paid_voucherId_i, paid_counterparty_i) -> (NOT (
                          (
                            arrayExists(
                              (permitted_places_j, permitted_entry_j, permitted_related_j, permitted_validTo_j) -> (
                                (
                                  ifNull(permitted_entry_j = paid_villageCode_i, 0)
                                  OR (
                                    ifNull(permitted_entry_j = paid_voucherId_i, 0)
                                    AND ifNull(permitted_related_j = paid_counterparty_i, 0)
                                  )
                                )
                                AND (
                                  (permitted_validTo_j IS NULL)
                                  OR ifNull(intDiv(paid_at_i + 28800000, 86400000) <= permitted_validTo_j, 0)
                                )
                              ),
                              permitted_places,
                              permitted_entry,
                              permitted_related,
                              permitted_validTo
                            )
                            AND ifNull(20454 <= intDiv(paid_at_i + 28800000, 86400000), 0)
                          )
                          AND ifNull(intDiv(paid_at_i + 28800000, 86400000) <= 20818, 0)
                        )),
                        paid_places,
                        paid_at,
                        paid_villageCode,
                        paid_voucherId,
                        paid_counterparty
                      ) AS unlisted0_paid_0
                    FROM (
                      SELECT *,
                        arrayFilter((x, m) -> bitTest(m, 0), all_places, all_marks) AS paid_places,
                        arrayFilter((x, m) -> bitTest(m, 0), all_at, all_marks) AS paid_at,
                        arrayFilter((x, m) -> bitTest(m, 0), all_villageCode_or_entry, all_marks) AS paid_villageCode,
                        arrayFilter((x, m) -> bitTest(m, 0), all_voucherId_or_related, all_marks) AS paid_voucherId,
                        arrayFilter((x, m) -> bitTest(m, 0), all_counterparty, all_marks) AS paid_counterparty,
                        arrayFilter((x, m) -> bitTest(m, 1), all_places, all_marks) AS permitted_places,
                        arrayFilter((x, m) -> bitTest(m, 1), all_villageCode_or_entry, all_marks) AS permitted_entry,
                        arrayFilter((x, m) -> bitTest(m, 1), all_voucherId_or_related, all_marks) AS permitted_related,
                        arrayFilter((x, m) -> bitTest(m, 1), all_validTo_or_atMs, all_marks) AS permitted_validTo,
                        arrayFilter((x, m) -> bitTest(m, 2), all_places, all_marks) AS earlier_places,
                        arrayFilter((x, m) -> bitTest(m, 2), all_at, all_marks) AS earlier_at,
                        arrayFilter((x, m) -> bitTest(m, 2), all_counterparty, all_marks) AS earlier_counterparty,
                        arrayFilter((x, m) -> bitTest(m, 3), all_places, all_marks) AS older_places,
                        arrayFilter((x, m) -> bitTest(m, 3), all_at, all_marks) AS older_at,
                        arrayFilter((x, m) -> bitTest(m, 3), all_villageCode_or_entry, all_marks) AS older_villageCode,
                        arrayFilter((x, m) -> bitTest(m, 3), all_validTo_or_atMs, all_marks) AS older_atMs
                      FROM (
                        SELECT *,
                          arrayCount(a -> a <= {now:Int64}, timeline.1) AS existing,
                          arraySlice(tupleElement(timeline, 8 /* marks */), 1, existing) AS all_marks,
                          arraySlice(
                            tupleElement(timeline, 11 /* cell_villageCode_or_entry */),
                            1,
                            existing
                          ) AS all_villageCode_or_entry,
                          arraySlice(
                            tupleElement(timeline, 12 /* cell_voucherId_or_related */),
                            1,
                            existing
                          ) AS all_voucherId_or_related,
                          arraySlice(
                            tupleElement(timeline, 13 /* cell_counterparty */),
                            1,
                            existing
                          ) AS all_counterparty,
                          arraySlice(
                            tupleElement(timeline, 9 /* cell_validTo_or_atMs */),
                            1,
                            existing
                          ) AS all_validTo_or_atMs,
                          arraySlice(tupleElement(timeline, 10 /* cell_amountFen */), 1, existing) AS all_amountFen,
                          arraySlice(
                            tupleElement(timeline, 14 /* cell_townshipCode */),
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
                              cell_validTo_or_atMs,
                              cell_amountFen,
                              cell_villageCode_or_entry,
                              cell_voucherId_or_related,
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
                              any(r.cell_validTo_or_atMs) AS cell_validTo_or_atMs,
                              any(r.cell_amountFen) AS cell_amountFen,
                              any(r.cell_villageCode_or_entry) AS cell_villageCode_or_entry,
                              any(r.cell_voucherId_or_related) AS cell_voucherId_or_related,
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
                                toUInt64(if(ifNull(direction = {p0:String}, 0), 1 /* paid */, 0)) AS marks,
                                CAST(atMs, 'Nullable(Int64)') AS cell_validTo_or_atMs,
                                CAST(amountFen, 'Nullable(Int64)') AS cell_amountFen,
                                CAST(villageCode, 'Nullable(String)') AS cell_villageCode_or_entry,
                                CAST(voucherId, 'Nullable(String)') AS cell_voucherId_or_related,
                                CAST(counterparty, 'Nullable(String)') AS cell_counterparty,
                                CAST(townshipCode, 'Nullable(String)') AS cell_townshipCode
                              FROM cur_assets_payment FINAL
                              WHERE ((ifNull(direction = {p0:String}, 0)))
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
                                linked.cell_validTo_or_atMs AS cell_validTo_or_atMs,
                                linked.cell_amountFen AS cell_amountFen,
                                linked.cell_villageCode_or_entry AS cell_villageCode_or_entry,
                                linked.cell_voucherId_or_related AS cell_voucherId_or_related,
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
                                  toUInt64(4 /* earlier */) AS marks,
                                  CAST(atMs, 'Nullable(Int64)') AS cell_validTo_or_atMs,
                                  CAST(amountFen, 'Nullable(Int64)') AS cell_amountFen,
                                  CAST(villageCode, 'Nullable(String)') AS cell_villageCode_or_entry,
                                  CAST(voucherId, 'Nullable(String)') AS cell_voucherId_or_related,
                                  CAST(counterparty, 'Nullable(String)') AS cell_counterparty,
                                  CAST(townshipCode, 'Nullable(String)') AS cell_townshipCode,
                                  assumeNotNull(CAST(counterparty, 'Nullable(String)')) AS k0
                                FROM cur_assets_payment FINAL
                                WHERE counterparty IS NOT NULL
                              ) AS linked
                              INNER JOIN (
                                SELECT DISTINCT
                                  assumeNotNull(CAST(voucherId, 'Nullable(String)')) AS scope,
                                  assumeNotNull(CAST(counterparty, 'Nullable(String)')) AS k0
                                FROM cur_assets_payment FINAL
                                WHERE counterparty IS NOT NULL
                              ) AS subjects ON linked.k0 = subjects.k0
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
                                linked.cell_validTo_or_atMs AS cell_validTo_or_atMs,
                                linked.cell_amountFen AS cell_amountFen,
                                linked.cell_villageCode_or_entry AS cell_villageCode_or_entry,
                                linked.cell_voucherId_or_related AS cell_voucherId_or_related,
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
                                  toUInt64(8 /* older */) AS marks,
                                  CAST(atMs, 'Nullable(Int64)') AS cell_validTo_or_atMs,
                                  CAST(amountFen, 'Nullable(Int64)') AS cell_amountFen,
                                  CAST(villageCode, 'Nullable(String)') AS cell_villageCode_or_entry,
                                  CAST(voucherId, 'Nullable(String)') AS cell_voucherId_or_related,
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
                            UNION ALL
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
                              any(r.cell_validTo_or_atMs) AS cell_validTo_or_atMs,
                              any(r.cell_amountFen) AS cell_amountFen,
                              any(r.cell_villageCode_or_entry) AS cell_villageCode_or_entry,
                              any(r.cell_voucherId_or_related) AS cell_voucherId_or_related,
                              any(r.cell_counterparty) AS cell_counterparty,
                              any(r.cell_townshipCode) AS cell_townshipCode
                            FROM (
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
                                linked.cell_validTo_or_atMs AS cell_validTo_or_atMs,
                                linked.cell_amountFen AS cell_amountFen,
                                linked.cell_villageCode_or_entry AS cell_villageCode_or_entry,
                                linked.cell_voucherId_or_related AS cell_voucherId_or_related,
                                linked.cell_counterparty AS cell_counterparty,
                                linked.cell_townshipCode AS cell_townshipCode
                              FROM (
                                SELECT
                                  toInt64(atMs) AS atMs,
                                  toInt64(0) AS ord,
                                  id AS id,
                                  toUInt8(1 /* directory.list-entry */) AS type,
                                  toUInt64(version) AS version,
                                  toUInt64(streamOffset) AS streamOffset,
                                  toString(hash) AS hash,
                                  toUInt64(2 /* permitted */) AS marks,
                                  CAST(toInt32(validTo), 'Nullable(Int64)') AS cell_validTo_or_atMs,
                                  CAST(NULL, 'Nullable(Int64)') AS cell_amountFen,
                                  CAST(entry, 'Nullable(String)') AS cell_villageCode_or_entry,
                                  CAST(related, 'Nullable(String)') AS cell_voucherId_or_related,
                                  CAST(NULL, 'Nullable(String)') AS cell_counterparty,
                                  CAST(NULL, 'Nullable(String)') AS cell_townshipCode,
                                  assumeNotNull(CAST(entry, 'Nullable(String)')) AS k0
                                FROM cur_directory_list_entry_by_entry FINAL
                                WHERE entry IS NOT NULL
                              ) AS linked
                              INNER JOIN (
                                SELECT DISTINCT
                                  assumeNotNull(CAST(voucherId, 'Nullable(String)')) AS scope,
                                  assumeNotNull(CAST(villageCode, 'Nullable(String)')) AS k0
                                FROM cur_assets_payment FINAL
                                WHERE villageCode IS NOT NULL
                              ) AS subjects ON linked.k0 = subjects.k0
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
                                linked.cell_validTo_or_atMs AS cell_validTo_or_atMs,
                                linked.cell_amountFen AS cell_amountFen,
                                linked.cell_villageCode_or_entry AS cell_villageCode_or_entry,
                                linked.cell_voucherId_or_related AS cell_voucherId_or_related,
                                linked.cell_counterparty AS cell_counterparty,
                                linked.cell_townshipCode AS cell_townshipCode
                              FROM (
                                SELECT
                                  toInt64(atMs) AS atMs,
                                  toInt64(0) AS ord,
                                  id AS id,
                                  toUInt8(1 /* directory.list-entry */) AS type,
                                  toUInt64(version) AS version,
                                  toUInt64(streamOffset) AS streamOffset,
                                  toString(hash) AS hash,
                                  toUInt64(2 /* permitted */) AS marks,
                                  CAST(toInt32(validTo), 'Nullable(Int64)') AS cell_validTo_or_atMs,
                                  CAST(NULL, 'Nullable(Int64)') AS cell_amountFen,
                                  CAST(entry, 'Nullable(String)') AS cell_villageCode_or_entry,
                                  CAST(related, 'Nullable(String)') AS cell_voucherId_or_related,
                                  CAST(NULL, 'Nullable(String)') AS cell_counterparty,
                                  CAST(NULL, 'Nullable(String)') AS cell_townshipCode,
                                  assumeNotNull(CAST(entry, 'Nullable(String)')) AS k0,
                                  assumeNotNull(CAST(related, 'Nullable(String)')) AS k1
                                FROM cur_directory_list_entry_by_entry FINAL
                                WHERE entry IS NOT NULL
                                  AND related IS NOT NULL
                              ) AS linked
                              INNER JOIN (
                                SELECT DISTINCT
                                  assumeNotNull(CAST(voucherId, 'Nullable(String)')) AS scope,
                                  assumeNotNull(CAST(voucherId, 'Nullable(String)')) AS k0,
                                  assumeNotNull(CAST(counterparty, 'Nullable(String)')) AS k1
                                FROM cur_assets_payment FINAL
                                WHERE voucherId IS NOT NULL
                                  AND counterparty IS NOT NULL
                              ) AS subjects ON linked.k0 = subjects.k0 AND linked.k1 = subjects.k1
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
