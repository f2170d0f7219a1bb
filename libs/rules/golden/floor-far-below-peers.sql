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
  toString(length(counted0[first])) AS peerCount_figure,
  toString(stat0[first]) AS peerStat_figure,
  toString(arrayMap((own0_i) -> ifNull(own0_i, 0), own0)[first]) AS peerValue_figure,
  toString(0) AS startMs_figure,
  toString(listing_title[first]) AS title_figure,
  toString(listing_kind[first]) AS objectKind_figure,
  toString(listing_opensOn[first]) AS opensOn_figure,
  toString(listing_floorFen[first]) AS floorFen_figure,
  toString(listing_villageCode[first]) AS villageCode_subject,
  toString(listing_townshipCode[first]) AS townshipCode_subject,
  toString(listing_assetId[first]) AS assetId_subject
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
      peerCount_figure,
      peerStat_figure,
      peerValue_figure,
      startMs_figure,
      title_figure,
      objectKind_figure,
      opensOn_figure,
      floorFen_figure
    ], 'Array(Nullable(String))'), []),
    CAST([
      villageCode_subject,
      townshipCode_subject,
      assetId_subject
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
          arrayMap(p -> (toUInt32(p), toUInt8(0 /* listing */)), tupleElement(holding, 2)),
          arrayMap(
            p -> (toUInt32(p), toUInt8(1 /* peer */)),
            arrayFlatten(arrayFilter(
              (x1, x2) -> has(tupleElement(holding, 3), x2),
              arrayMap((counted0_i) -> tupleElement(counted0_i, 1), counted0),
              arrayEnumerate(listing_at)
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
                    (w0) -> bitAnd(w0, 1) != 0 /* listing */,
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
                  arrayMap((w0) -> bitAnd(w0, 1) != 0 /* listing */, tupleElement(timeline, 8 /* marks */)),
                  tupleElement(timeline, 12 /* cell_townshipCode */),
                  tupleElement(timeline, 13 /* cell_kind */)
                )
              ),
              arraySlice(tupleElement(timeline, 1 /* atMs */), existing + 1),
              arrayMap(
                (w0) -> bitAnd(w0, 2) != 0 /* peer */,
                arraySlice(tupleElement(timeline, 8 /* marks */), existing + 1)
              ),
              arraySlice(tupleElement(timeline, 12 /* cell_townshipCode */), existing + 1),
              arraySlice(tupleElement(timeline, 13 /* cell_kind */), existing + 1)
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
                  (listing_at_i, listing_places_i, x3, x4) -> (
                    toInt64(listing_at_i),
                    toInt64(listing_places_i),
                    toInt64(x3),
                    toInt64(x4)
                  ),
                  listing_at,
                  listing_places,
                  arrayEnumerate(listing_at),
                  arrayMap((listing_at_i) -> 0, listing_at)
                ),
                holds
              ) AS met
            FROM (
              SELECT *,
                arrayMap(
                  (sorted0_i, stat0_i, own0_i) -> (
                    (length(sorted0_i) >= {p0:Int64})
                    AND ifNull(toInt128(own0_i) * 100 < toInt128(stat0_i) * {p1:Int64}, 0)
                  ),
                  sorted0,
                  stat0,
                  own0
                ) AS holds
              FROM (
                SELECT *,
                  arrayMap(
                    (sorted0_i) -> toInt64(intDiv(
                      toInt128(sorted0_i[intDiv(length(sorted0_i) + 1, 2)])
                        + toInt128(sorted0_i[intDiv(length(sorted0_i), 2) + 1]),
                      2
                    )),
                    sorted0
                  ) AS stat0
                FROM (
                  SELECT *,
                    arrayMap(
                      (counted0_i) -> arraySort(tupleElement(
                        arrayFilter((counted0_j) -> (tupleElement(counted0_j, 4) > 0), counted0_i),
                        3
                      )),
                      counted0
                    ) AS sorted0
                  FROM (
                    SELECT *,
                      arrayMap(
                        (listing_places_i, listing_places_i2, listing_townshipCode_i, listing_kind_i, listing_listingId_i, listing_assetId_i, listing_opensOn_i) -> arrayFilter(
                          (x8, peer_townshipCode_j, peer_kind_j, peer_listingId_j, peer_assetId_j, peer_opensOn_j) -> (
                            (
                              (
                                (
                                  (
                                    ifNull(peer_townshipCode_j = listing_townshipCode_i, 0)
                                    AND ifNull(peer_kind_j = listing_kind_i, 0)
                                  )
                                  AND (NOT ifNull(peer_listingId_j = listing_listingId_i, 0))
                                )
                                AND (NOT ifNull(peer_assetId_j = listing_assetId_i, 0))
                              )
                              AND ifNull(peer_opensOn_j <= listing_opensOn_i, 0)
                            )
                            AND ifNull((listing_opensOn_i + -365) <= peer_opensOn_j, 0)
                          ),
                          arrayMap(
                            (peer_places_j, peer_at_j, x10) -> (
                              toInt64(peer_places_j),
                              toInt64(peer_at_j),
                              toInt64(ifNull(x10, 0)),
                              toInt64(if((x10 IS NULL), toInt64(0), toInt64(1)))
                            ),
                            peer_places,
                            peer_at,
                            arrayMap(
                              (peer_floorFen_j, peer_areaMu_j) -> if(
                                ifNull(peer_areaMu_j, 0) > 0,
                                toInt64(intDiv(
                                  toInt128(peer_floorFen_j) * 10000,
                                  toInt128(greatest(ifNull(peer_areaMu_j, 1), 1))
                                )),
                                NULL
                              ),
                              peer_floorFen,
                              peer_areaMu
                            )
                          ),
                          peer_townshipCode,
                          peer_kind,
                          peer_listingId,
                          peer_assetId,
                          peer_opensOn
                        ),
                        listing_places,
                        listing_places,
                        listing_townshipCode,
                        listing_kind,
                        listing_listingId,
                        listing_assetId,
                        listing_opensOn
                      ) AS counted0,
                      arrayMap(
                        (listing_floorFen_i, listing_areaMu_i) -> if(
                          ifNull(listing_areaMu_i, 0) > 0,
                          toInt64(intDiv(
                            toInt128(listing_floorFen_i) * 10000,
                            toInt128(greatest(ifNull(listing_areaMu_i, 1), 1))
                          )),
                          NULL
                        ),
                        listing_floorFen,
                        listing_areaMu
                      ) AS own0
                    FROM (
                      SELECT *,
                        arrayFilter((x, m) -> bitTest(m, 0), all_places, all_marks) AS listing_places,
                        arrayFilter((x, m) -> bitTest(m, 0), all_at, all_marks) AS listing_at,
                        arrayFilter((x, m) -> bitTest(m, 1), all_places, all_marks) AS peer_places,
                        arrayFilter((x, m) -> bitTest(m, 1), all_at, all_marks) AS peer_at,
                        arrayFilter((x, m) -> bitTest(m, 1), all_floorFen, all_marks) AS peer_floorFen,
                        arrayFilter((x, m) -> bitTest(m, 1), all_areaMu, all_marks) AS peer_areaMu,
                        arrayFilter((x, m) -> bitTest(m, 0), all_townshipCode, all_marks) AS listing_townshipCode,
                        arrayFilter((x, m) -> bitTest(m, 0), all_kind, all_marks) AS listing_kind,
                        arrayFilter((x, m) -> bitTest(m, 1), all_townshipCode, all_marks) AS peer_townshipCode,
                        arrayFilter((x, m) -> bitTest(m, 1), all_kind, all_marks) AS peer_kind,
                        arrayFilter((x, m) -> bitTest(m, 0), all_listingId, all_marks) AS listing_listingId,
                        arrayFilter((x, m) -> bitTest(m, 0), all_assetId, all_marks) AS listing_assetId,
                        arrayFilter((x, m) -> bitTest(m, 0), all_opensOn, all_marks) AS listing_opensOn,
                        arrayFilter((x, m) -> bitTest(m, 1), all_listingId, all_marks) AS peer_listingId,
                        arrayFilter((x, m) -> bitTest(m, 1), all_assetId, all_marks) AS peer_assetId,
                        arrayFilter((x, m) -> bitTest(m, 1), all_opensOn, all_marks) AS peer_opensOn,
                        arrayFilter((x, m) -> bitTest(m, 0), all_floorFen, all_marks) AS listing_floorFen,
                        arrayFilter((x, m) -> bitTest(m, 0), all_areaMu, all_marks) AS listing_areaMu,
                        arrayFilter((x, m) -> bitTest(m, 0), all_title, all_marks) AS listing_title,
                        arrayFilter((x, m) -> bitTest(m, 0), all_villageCode, all_marks) AS listing_villageCode
                      FROM (
                        SELECT *,
                          arrayCount(a -> a <= {now:Int64}, timeline.1) AS existing,
                          arraySlice(tupleElement(timeline, 8 /* marks */), 1, existing) AS all_marks,
                          arraySlice(tupleElement(timeline, 9 /* cell_floorFen */), 1, existing) AS all_floorFen,
                          arraySlice(tupleElement(timeline, 10 /* cell_areaMu */), 1, existing) AS all_areaMu,
                          arraySlice(
                            tupleElement(timeline, 12 /* cell_townshipCode */),
                            1,
                            existing
                          ) AS all_townshipCode,
                          arraySlice(tupleElement(timeline, 13 /* cell_kind */), 1, existing) AS all_kind,
                          arraySlice(tupleElement(timeline, 14 /* cell_listingId */), 1, existing) AS all_listingId,
                          arraySlice(tupleElement(timeline, 15 /* cell_assetId */), 1, existing) AS all_assetId,
                          arraySlice(tupleElement(timeline, 11 /* cell_opensOn */), 1, existing) AS all_opensOn,
                          arraySlice(tupleElement(timeline, 16 /* cell_title */), 1, existing) AS all_title,
                          arraySlice(tupleElement(timeline, 17 /* cell_villageCode */), 1, existing) AS all_villageCode,
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
                              cell_floorFen,
                              cell_areaMu,
                              cell_opensOn,
                              cell_townshipCode,
                              cell_kind,
                              cell_listingId,
                              cell_assetId,
                              cell_title,
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
                              any(r.cell_floorFen) AS cell_floorFen,
                              any(r.cell_areaMu) AS cell_areaMu,
                              any(r.cell_opensOn) AS cell_opensOn,
                              any(r.cell_townshipCode) AS cell_townshipCode,
                              any(r.cell_kind) AS cell_kind,
                              any(r.cell_listingId) AS cell_listingId,
                              any(r.cell_assetId) AS cell_assetId,
                              any(r.cell_title) AS cell_title,
                              any(r.cell_villageCode) AS cell_villageCode
                            FROM (
                              SELECT
                                assumeNotNull(CAST(listingId, 'Nullable(String)')) AS scope,
                                toInt64(atMs) AS atMs,
                                toInt64(0) AS ord,
                                id AS id,
                                toUInt8(0 /* trading.listing */) AS type,
                                toUInt64(version) AS version,
                                toUInt64(streamOffset) AS streamOffset,
                                toString(hash) AS hash,
                                toUInt64(1 /* listing */) AS marks,
                                CAST(floorFen, 'Nullable(Int64)') AS cell_floorFen,
                                CAST(areaMu * 10000, 'Nullable(Int64)') AS cell_areaMu,
                                CAST(toInt32(opensOn), 'Nullable(Int64)') AS cell_opensOn,
                                CAST(townshipCode, 'Nullable(String)') AS cell_townshipCode,
                                CAST(kind, 'Nullable(String)') AS cell_kind,
                                CAST(listingId, 'Nullable(String)') AS cell_listingId,
                                CAST(assetId, 'Nullable(String)') AS cell_assetId,
                                CAST(title, 'Nullable(String)') AS cell_title,
                                CAST(villageCode, 'Nullable(String)') AS cell_villageCode
                              FROM cur_trading_listing FINAL
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
                                linked.cell_floorFen AS cell_floorFen,
                                linked.cell_areaMu AS cell_areaMu,
                                linked.cell_opensOn AS cell_opensOn,
                                linked.cell_townshipCode AS cell_townshipCode,
                                linked.cell_kind AS cell_kind,
                                linked.cell_listingId AS cell_listingId,
                                linked.cell_assetId AS cell_assetId,
                                linked.cell_title AS cell_title,
                                linked.cell_villageCode AS cell_villageCode
                              FROM (
                                SELECT
                                  toInt64(atMs) AS atMs,
                                  toInt64(0) AS ord,
                                  id AS id,
                                  toUInt8(0 /* trading.listing */) AS type,
                                  toUInt64(version) AS version,
                                  toUInt64(streamOffset) AS streamOffset,
                                  toString(hash) AS hash,
                                  toUInt64(2 /* peer */) AS marks,
                                  CAST(floorFen, 'Nullable(Int64)') AS cell_floorFen,
                                  CAST(areaMu * 10000, 'Nullable(Int64)') AS cell_areaMu,
                                  CAST(toInt32(opensOn), 'Nullable(Int64)') AS cell_opensOn,
                                  CAST(townshipCode, 'Nullable(String)') AS cell_townshipCode,
                                  CAST(kind, 'Nullable(String)') AS cell_kind,
                                  CAST(listingId, 'Nullable(String)') AS cell_listingId,
                                  CAST(assetId, 'Nullable(String)') AS cell_assetId,
                                  CAST(title, 'Nullable(String)') AS cell_title,
                                  CAST(villageCode, 'Nullable(String)') AS cell_villageCode,
                                  assumeNotNull(CAST(townshipCode, 'Nullable(String)')) AS k0,
                                  assumeNotNull(CAST(kind, 'Nullable(String)')) AS k1
                                FROM cur_trading_listing_by_townshipCode_kind FINAL
                                WHERE townshipCode IS NOT NULL
                                  AND kind IS NOT NULL
                              ) AS linked
                              INNER JOIN (
                                SELECT DISTINCT
                                  assumeNotNull(CAST(listingId, 'Nullable(String)')) AS scope,
                                  assumeNotNull(CAST(townshipCode, 'Nullable(String)')) AS k0,
                                  assumeNotNull(CAST(kind, 'Nullable(String)')) AS k1
                                FROM cur_trading_listing FINAL
                                WHERE townshipCode IS NOT NULL
                                  AND kind IS NOT NULL
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
