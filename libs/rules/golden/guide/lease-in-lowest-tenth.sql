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
  toString(length(standing0[first])) AS peerCount_figure,
  toString(stat0[first]) AS peerStat_figure,
  toString(arrayMap((own0_i) -> ifNull(own0_i, 0), own0)[first]) AS peerValue_figure,
  toString(length(standing1[first])) AS allCount_figure,
  toString(stat1[first]) AS allStat_figure,
  toString(arrayMap((own1_i) -> ifNull(own1_i, 0), own1)[first]) AS allValue_figure,
  toString(0) AS startMs_figure,
  toString(contract_villageCode[first]) AS villageCode_subject,
  toString(contract_townshipCode[first]) AS townshipCode_subject
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
      allCount_figure,
      allStat_figure,
      allValue_figure,
      startMs_figure
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
          arrayMap(p -> (toUInt32(p), toUInt8(0 /* contract */)), tupleElement(holding, 2)),
          arrayMap(
            p -> (toUInt32(p), toUInt8(1 /* peer */)),
            arrayFlatten(arrayFilter(
              (x1, x2) -> has(tupleElement(holding, 3), x2),
              arrayMap((standing0_i) -> tupleElement(standing0_i, 1), standing0),
              arrayEnumerate(contract_at)
            ))
          ),
          arrayMap(
            p -> (toUInt32(p), toUInt8(2 /* all */)),
            arrayFlatten(arrayFilter(
              (x1, x2) -> has(tupleElement(holding, 3), x2),
              arrayMap((standing1_i) -> tupleElement(standing1_i, 1), standing1),
              arrayEnumerate(contract_at)
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
                      (w0) -> bitAnd(w0, 1) != 0 /* contract */,
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
                    arrayMap((w0) -> bitAnd(w0, 1) != 0 /* contract */, tupleElement(timeline, 8 /* marks */)),
                    tupleElement(timeline, 11 /* cell_townshipCode */)
                  )
                ),
                arraySlice(tupleElement(timeline, 1 /* atMs */), existing + 1),
                arrayMap(
                  (w0) -> bitAnd(w0, 2) != 0 /* peer */,
                  arraySlice(tupleElement(timeline, 8 /* marks */), existing + 1)
                ),
                arraySlice(tupleElement(timeline, 11 /* cell_townshipCode */), existing + 1)
              )
            ),
            arrayFilter(
              (x1, x2, x3) -> (
                x2
                AND arrayExists(
                  (x4, x5) -> (x4 AND ifNull(x3 = x5, 0)),
                  arrayMap((w0) -> bitAnd(w0, 1) != 0 /* contract */, tupleElement(timeline, 8 /* marks */)),
                  tupleElement(timeline, 11 /* cell_townshipCode */)
                )
              ),
              arraySlice(tupleElement(timeline, 1 /* atMs */), existing + 1),
              arrayMap(
                (w0) -> bitAnd(w0, 2) != 0 /* peer */,
                arraySlice(tupleElement(timeline, 8 /* marks */), existing + 1)
              ),
              arraySlice(tupleElement(timeline, 11 /* cell_townshipCode */), existing + 1)
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
                  (contract_at_i, contract_places_i, x3, x4) -> (
                    toInt64(contract_at_i),
                    toInt64(contract_places_i),
                    toInt64(x3),
                    toInt64(x4)
                  ),
                  contract_at,
                  contract_places,
                  arrayEnumerate(contract_at),
                  arrayMap((contract_at_i) -> 0, contract_at)
                ),
                holds
              ) AS met
            FROM (
              SELECT *,
                arrayMap(
                  (x1, x2) -> (x1 AND x2),
                  arrayMap(
                    (sorted0_i, stat0_i, own0_i) -> (
                      (length(sorted0_i) >= {p2:Int64})
                      AND (
                        ((NOT (own0_i IS NULL)) AND (NOT (stat0_i IS NULL)))
                        AND (NOT ifNull(toInt128(own0_i) * 100 > toInt128(stat0_i) * {p3:Int64}, 0))
                      )
                    ),
                    sorted0,
                    stat0,
                    own0
                  ),
                  arrayMap(
                    (sorted1_i, stat1_i, own1_i) -> (
                      (length(sorted1_i) >= {p2:Int64})
                      AND ifNull(toInt128(own1_i) * 100 < toInt128(stat1_i) * {p4:Int64}, 0)
                    ),
                    sorted1,
                    stat1,
                    own1
                  )
                ) AS holds
              FROM (
                SELECT *,
                  arrayMap(
                    (sorted0_i) -> sorted0_i[intDiv(toInt64(length(sorted0_i)) * {p1:Int64} + 99, 100)],
                    sorted0
                  ) AS stat0,
                  arrayMap(
                    (sorted1_i) -> toInt64(intDiv(
                      arraySum(arrayMap(x -> toInt128(x), sorted1_i)),
                      greatest(length(sorted1_i), 1)
                    )),
                    sorted1
                  ) AS stat1
                FROM (
                  SELECT *,
                    arrayMap(
                      (standing0_i) -> arraySort(tupleElement(
                        arrayFilter((standing0_j) -> (tupleElement(standing0_j, 4) > 0), standing0_i),
                        3
                      )),
                      standing0
                    ) AS sorted0,
                    arrayMap(
                      (standing1_i) -> arraySort(tupleElement(
                        arrayFilter((standing1_j) -> (tupleElement(standing1_j, 4) > 0), standing1_i),
                        3
                      )),
                      standing1
                    ) AS sorted1
                  FROM (
                    SELECT *,
                      arrayMap(
                        (contract_places_i, contract_places_i2, contract_townshipCode_i) -> arrayFilter(
                          (x4, peer_townshipCode_j) -> ifNull(peer_townshipCode_j = contract_townshipCode_i, 0),
                          arrayMap(
                            (peer_places_j, peer_at_j, x6) -> (
                              toInt64(peer_places_j),
                              toInt64(peer_at_j),
                              toInt64(ifNull(x6, 0)),
                              toInt64(if((x6 IS NULL), toInt64(0), toInt64(1)))
                            ),
                            peer_places,
                            peer_at,
                            arrayMap(
                              (peer_annualFen_j, peer_areaMu_j) -> if(
                                ifNull(peer_areaMu_j, 0) > 0,
                                toInt64(intDiv(
                                  toInt128(peer_annualFen_j) * 10000,
                                  toInt128(greatest(ifNull(peer_areaMu_j, 1), 1))
                                )),
                                NULL
                              ),
                              peer_annualFen,
                              peer_areaMu
                            )
                          ),
                          peer_townshipCode
                        ),
                        contract_places,
                        contract_places,
                        contract_townshipCode
                      ) AS standing0,
                      arrayMap(
                        (contract_annualFen_i, contract_areaMu_i) -> if(
                          ifNull(contract_areaMu_i, 0) > 0,
                          toInt64(intDiv(
                            toInt128(contract_annualFen_i) * 10000,
                            toInt128(greatest(ifNull(contract_areaMu_i, 1), 1))
                          )),
                          NULL
                        ),
                        contract_annualFen,
                        contract_areaMu
                      ) AS own0,
                      arrayMap(
                        (contract_places_i, contract_places_i2, contract_townshipCode_i) -> arrayFilter(
                          (x4, peer_townshipCode_j) -> ifNull(peer_townshipCode_j = contract_townshipCode_i, 0),
                          arrayMap(
                            (peer_places_j, peer_at_j, x6) -> (
                              toInt64(peer_places_j),
                              toInt64(peer_at_j),
                              toInt64(ifNull(x6, 0)),
                              toInt64(if((x6 IS NULL), toInt64(0), toInt64(1)))
                            ),
                            peer_places,
                            peer_at,
                            arrayMap(
                              (peer_annualFen_j, peer_areaMu_j) -> if(
                                ifNull(peer_areaMu_j, 0) > 0,
                                toInt64(intDiv(
                                  toInt128(peer_annualFen_j) * 10000,
                                  toInt128(greatest(ifNull(peer_areaMu_j, 1), 1))
                                )),
                                NULL
                              ),
                              peer_annualFen,
                              peer_areaMu
                            )
                          ),
                          peer_townshipCode
                        ),
                        contract_places,
                        contract_places,
                        contract_townshipCode
                      ) AS standing1,
                      arrayMap(
                        (contract_annualFen_i, contract_areaMu_i) -> if(
                          ifNull(contract_areaMu_i, 0) > 0,
                          toInt64(intDiv(
                            toInt128(contract_annualFen_i) * 10000,
                            toInt128(greatest(ifNull(contract_areaMu_i, 1), 1))
                          )),
                          NULL
                        ),
                        contract_annualFen,
                        contract_areaMu
                      ) AS own1
                    FROM (
                      SELECT *,
                        arrayFilter((x, m) -> bitTest(m, 0), all_places, all_marks) AS contract_places,
                        arrayFilter((x, m) -> bitTest(m, 0), all_at, all_marks) AS contract_at,
                        arrayFilter((x, m) -> bitTest(m, 1), all_places, all_marks) AS peer_places,
                        arrayFilter((x, m) -> bitTest(m, 1), all_at, all_marks) AS peer_at,
                        arrayFilter((x, m) -> bitTest(m, 1), all_annualFen, all_marks) AS peer_annualFen,
                        arrayFilter((x, m) -> bitTest(m, 1), all_areaMu, all_marks) AS peer_areaMu,
                        arrayFilter((x, m) -> bitTest(m, 0), all_townshipCode, all_marks) AS contract_townshipCode,
                        arrayFilter((x, m) -> bitTest(m, 1), all_townshipCode, all_marks) AS peer_townshipCode,
                        arrayFilter((x, m) -> bitTest(m, 0), all_annualFen, all_marks) AS contract_annualFen,
                        arrayFilter((x, m) -> bitTest(m, 0), all_areaMu, all_marks) AS contract_areaMu,
                        arrayFilter((x, m) -> bitTest(m, 0), all_villageCode, all_marks) AS contract_villageCode
                      FROM (
                        SELECT *,
                          arrayCount(a -> a <= {now:Int64}, timeline.1) AS existing,
                          arraySlice(tupleElement(timeline, 8 /* marks */), 1, existing) AS all_marks,
                          arraySlice(tupleElement(timeline, 9 /* cell_annualFen */), 1, existing) AS all_annualFen,
                          arraySlice(tupleElement(timeline, 10 /* cell_areaMu */), 1, existing) AS all_areaMu,
                          arraySlice(
                            tupleElement(timeline, 11 /* cell_townshipCode */),
                            1,
                            existing
                          ) AS all_townshipCode,
                          arraySlice(tupleElement(timeline, 12 /* cell_villageCode */), 1, existing) AS all_villageCode,
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
                              cell_annualFen,
                              cell_areaMu,
                              cell_townshipCode,
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
                              any(r.cell_annualFen) AS cell_annualFen,
                              any(r.cell_areaMu) AS cell_areaMu,
                              any(r.cell_townshipCode) AS cell_townshipCode,
                              any(r.cell_villageCode) AS cell_villageCode
                            FROM (
                              SELECT
                                assumeNotNull(CAST(contractId, 'Nullable(String)')) AS scope,
                                toInt64(atMs) AS atMs,
                                toInt64(0) AS ord,
                                id AS id,
                                toUInt8(0 /* assets.contract */) AS type,
                                toUInt64(version) AS version,
                                toUInt64(streamOffset) AS streamOffset,
                                toString(hash) AS hash,
                                toUInt64(if(ifNull(kind = {p0:String}, 0), 1 /* contract */, 0)) AS marks,
                                CAST(annualFen, 'Nullable(Int64)') AS cell_annualFen,
                                CAST(areaMu * 10000, 'Nullable(Int64)') AS cell_areaMu,
                                CAST(townshipCode, 'Nullable(String)') AS cell_townshipCode,
                                CAST(villageCode, 'Nullable(String)') AS cell_villageCode
                              FROM cur_assets_contract FINAL
                              WHERE ((ifNull(kind = {p0:String}, 0)))
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
                                linked.cell_annualFen AS cell_annualFen,
                                linked.cell_areaMu AS cell_areaMu,
                                linked.cell_townshipCode AS cell_townshipCode,
                                linked.cell_villageCode AS cell_villageCode
                              FROM (
                                SELECT
                                  toInt64(atMs) AS atMs,
                                  toInt64(0) AS ord,
                                  id AS id,
                                  toUInt8(0 /* assets.contract */) AS type,
                                  toUInt64(version) AS version,
                                  toUInt64(streamOffset) AS streamOffset,
                                  toString(hash) AS hash,
                                  toUInt64(if(ifNull(kind = {p0:String}, 0), 2 /* peer */, 0)) AS marks,
                                  CAST(annualFen, 'Nullable(Int64)') AS cell_annualFen,
                                  CAST(areaMu * 10000, 'Nullable(Int64)') AS cell_areaMu,
                                  CAST(townshipCode, 'Nullable(String)') AS cell_townshipCode,
                                  CAST(villageCode, 'Nullable(String)') AS cell_villageCode,
                                  assumeNotNull(CAST(townshipCode, 'Nullable(String)')) AS k0
                                FROM cur_assets_contract_by_townshipCode_kind_objectKind FINAL
                                WHERE townshipCode IS NOT NULL
                                  AND ((ifNull(kind = {p0:String}, 0)))
                              ) AS linked
                              INNER JOIN (
                                SELECT DISTINCT
                                  assumeNotNull(CAST(contractId, 'Nullable(String)')) AS scope,
                                  assumeNotNull(CAST(townshipCode, 'Nullable(String)')) AS k0
                                FROM cur_assets_contract FINAL
                                WHERE townshipCode IS NOT NULL
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
