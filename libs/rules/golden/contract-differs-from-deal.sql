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
  toString(length(standing0[first])) AS dealCount_figure,
  toString(0) AS startMs_figure,
  toString(contract_name[first]) AS contractName_figure,
  toString(contract_annualFen[first]) AS annualFen_figure,
  toString(contract_termMonths[first]) AS termMonths_figure,
  toString(all_annualFen[arrayMax(arrayConcat(
    arrayConcat(CAST([], 'Array(Int64)'), arrayMap((standing0_i) -> tupleElement(standing0_i, 1), standing0)[first]),
    arrayMap((standing1_i) -> tupleElement(standing1_i, 1), standing1)[first]
  ))]) AS dealAnnualFen_figure,
  toString(all_termMonths[arrayMax(arrayConcat(
    arrayConcat(CAST([], 'Array(Int64)'), arrayMap((standing0_i) -> tupleElement(standing0_i, 1), standing0)[first]),
    arrayMap((standing1_i) -> tupleElement(standing1_i, 1), standing1)[first]
  ))]) AS dealTermMonths_figure,
  toString(contract_villageCode[first]) AS villageCode_subject,
  toString(contract_townshipCode[first]) AS townshipCode_subject,
  toString(contract_assetId[first]) AS assetId_subject
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
      dealCount_figure,
      startMs_figure,
      contractName_figure,
      annualFen_figure,
      termMonths_figure,
      dealAnnualFen_figure,
      dealTermMonths_figure
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
          arrayMap(p -> (toUInt32(p), toUInt8(0 /* contract */)), tupleElement(holding, 2)),
          arrayMap(
            p -> (toUInt32(p), toUInt8(1 /* deal */)),
            arrayFlatten(arrayFilter(
              (x1, x2) -> has(tupleElement(holding, 3), x2),
              arrayMap((standing0_i) -> tupleElement(standing0_i, 1), standing0),
              arrayEnumerate(contract_at)
            ))
          ),
          arrayMap(
            p -> (toUInt32(p), toUInt8(1 /* deal */)),
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
              (x1, x2, x3, x4) -> (
                x2
                AND arrayExists(
                  (x5, x6, x7) -> (x5 AND (ifNull(x3 = x6, 0) OR ifNull(x4 = x7, 0))),
                  arrayMap((w0) -> bitAnd(w0, 1) != 0 /* contract */, tupleElement(timeline, 8 /* marks */)),
                  tupleElement(timeline, 11 /* cell_contractId */),
                  tupleElement(timeline, 12 /* cell_listingId */)
                )
              ),
              arraySlice(tupleElement(timeline, 1 /* atMs */), existing + 1),
              arrayMap(
                (w0) -> bitAnd(w0, 2) != 0 /* deal */,
                arraySlice(tupleElement(timeline, 8 /* marks */), existing + 1)
              ),
              arraySlice(tupleElement(timeline, 11 /* cell_contractId */), existing + 1),
              arraySlice(tupleElement(timeline, 12 /* cell_listingId */), existing + 1)
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
                  (x1, contract_places_i, x3, x4) -> (
                    toInt64(x1),
                    toInt64(contract_places_i),
                    toInt64(x3),
                    toInt64(x4)
                  ),
                  arrayMap(
                    (contract_at_i, x2) -> greatest(contract_at_i, x2),
                    contract_at,
                    arrayMap(
                      (standing0_i) -> if(
                        (length(standing0_i) >= {p0:Int64}),
                        toInt64(tupleElement(standing0_i[greatest({p0:Int64}, 1)], 2)),
                        toInt64(0)
                      ),
                      standing0
                    )
                  ),
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
                  arrayMap((standing0_i) -> (length(standing0_i) >= {p0:Int64}), standing0),
                  arrayMap((counted1_i) -> (NOT notEmpty(counted1_i)), counted1)
                ) AS holds
              FROM (
                SELECT *,
                  arrayMap(
                    (contract_places_i, contract_places_i2, contract_contractId_i, contract_listingId_i) -> arrayFilter(
                      (x5, deal_contractId_j, deal_listingId_j) -> (
                        ifNull(deal_contractId_j = contract_contractId_i, 0)
                        OR ifNull(deal_listingId_j = contract_listingId_i, 0)
                      ),
                      arrayMap(
                        (deal_places_j, deal_at_j) -> (toInt64(deal_places_j), toInt64(deal_at_j), toInt64(0)),
                        deal_places,
                        deal_at
                      ),
                      deal_contractId,
                      deal_listingId
                    ),
                    contract_places,
                    contract_places,
                    contract_contractId,
                    contract_listingId
                  ) AS standing0,
                  arrayMap(
                    (contract_places_i, contract_places_i2, contract_contractId_i, contract_listingId_i, contract_annualFen_i, contract_termMonths_i) -> arrayFilter(
                      (x7, deal_contractId_j, deal_listingId_j, deal_annualFen_j, deal_termMonths_j) -> (
                        (
                          (
                            ifNull(deal_contractId_j = contract_contractId_i, 0)
                            OR ifNull(deal_listingId_j = contract_listingId_i, 0)
                          )
                          AND ifNull(deal_annualFen_j = contract_annualFen_i, 0)
                        )
                        AND ifNull(deal_termMonths_j = contract_termMonths_i, 0)
                      ),
                      arrayMap(
                        (deal_places_j, deal_at_j) -> (toInt64(deal_places_j), toInt64(deal_at_j), toInt64(0)),
                        deal_places,
                        deal_at
                      ),
                      deal_contractId,
                      deal_listingId,
                      deal_annualFen,
                      deal_termMonths
                    ),
                    contract_places,
                    contract_places,
                    contract_contractId,
                    contract_listingId,
                    contract_annualFen,
                    contract_termMonths
                  ) AS counted1,
                  arrayMap(
                    (contract_places_i, contract_places_i2, contract_contractId_i, contract_listingId_i) -> arrayFilter(
                      (x5, deal_contractId_j, deal_listingId_j) -> (
                        ifNull(deal_contractId_j = contract_contractId_i, 0)
                        OR ifNull(deal_listingId_j = contract_listingId_i, 0)
                      ),
                      arrayMap(
                        (deal_places_j, deal_at_j) -> (toInt64(deal_places_j), toInt64(deal_at_j), toInt64(0)),
                        deal_places,
                        deal_at
                      ),
                      deal_contractId,
                      deal_listingId
                    ),
                    contract_places,
                    contract_places,
                    contract_contractId,
                    contract_listingId
                  ) AS standing1
                FROM (
                  SELECT *,
                    arrayFilter((x, m) -> bitTest(m, 0), all_places, all_marks) AS contract_places,
                    arrayFilter((x, m) -> bitTest(m, 0), all_at, all_marks) AS contract_at,
                    arrayFilter((x, m) -> bitTest(m, 1), all_places, all_marks) AS deal_places,
                    arrayFilter((x, m) -> bitTest(m, 1), all_at, all_marks) AS deal_at,
                    arrayFilter((x, m) -> bitTest(m, 0), all_contractId, all_marks) AS contract_contractId,
                    arrayFilter((x, m) -> bitTest(m, 0), all_listingId, all_marks) AS contract_listingId,
                    arrayFilter((x, m) -> bitTest(m, 1), all_contractId, all_marks) AS deal_contractId,
                    arrayFilter((x, m) -> bitTest(m, 1), all_listingId, all_marks) AS deal_listingId,
                    arrayFilter((x, m) -> bitTest(m, 0), all_annualFen, all_marks) AS contract_annualFen,
                    arrayFilter((x, m) -> bitTest(m, 0), all_termMonths, all_marks) AS contract_termMonths,
                    arrayFilter((x, m) -> bitTest(m, 1), all_annualFen, all_marks) AS deal_annualFen,
                    arrayFilter((x, m) -> bitTest(m, 1), all_termMonths, all_marks) AS deal_termMonths,
                    arrayFilter((x, m) -> bitTest(m, 0), all_name, all_marks) AS contract_name,
                    arrayFilter((x, m) -> bitTest(m, 0), all_villageCode, all_marks) AS contract_villageCode,
                    arrayFilter((x, m) -> bitTest(m, 0), all_townshipCode, all_marks) AS contract_townshipCode,
                    arrayFilter((x, m) -> bitTest(m, 0), all_assetId, all_marks) AS contract_assetId
                  FROM (
                    SELECT *,
                      arrayCount(a -> a <= {now:Int64}, timeline.1) AS existing,
                      arraySlice(tupleElement(timeline, 8 /* marks */), 1, existing) AS all_marks,
                      arraySlice(tupleElement(timeline, 11 /* cell_contractId */), 1, existing) AS all_contractId,
                      arraySlice(tupleElement(timeline, 12 /* cell_listingId */), 1, existing) AS all_listingId,
                      arraySlice(tupleElement(timeline, 9 /* cell_annualFen */), 1, existing) AS all_annualFen,
                      arraySlice(tupleElement(timeline, 10 /* cell_termMonths */), 1, existing) AS all_termMonths,
                      arraySlice(tupleElement(timeline, 13 /* cell_name */), 1, existing) AS all_name,
                      arraySlice(tupleElement(timeline, 14 /* cell_villageCode */), 1, existing) AS all_villageCode,
                      arraySlice(tupleElement(timeline, 15 /* cell_townshipCode */), 1, existing) AS all_townshipCode,
                      arraySlice(tupleElement(timeline, 16 /* cell_assetId */), 1, existing) AS all_assetId,
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
                          cell_termMonths,
                          cell_contractId,
                          cell_listingId,
                          cell_name,
                          cell_villageCode,
                          cell_townshipCode,
                          cell_assetId
                        ))) AS timeline
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
                          toUInt64(1 /* contract */) AS marks,
                          CAST(annualFen, 'Nullable(Int64)') AS cell_annualFen,
                          CAST(termMonths, 'Nullable(Int64)') AS cell_termMonths,
                          CAST(contractId, 'Nullable(String)') AS cell_contractId,
                          CAST(listingId, 'Nullable(String)') AS cell_listingId,
                          CAST(name, 'Nullable(String)') AS cell_name,
                          CAST(villageCode, 'Nullable(String)') AS cell_villageCode,
                          CAST(townshipCode, 'Nullable(String)') AS cell_townshipCode,
                          CAST(assetId, 'Nullable(String)') AS cell_assetId
                        FROM cur_assets_contract FINAL
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
                          any(r.cell_annualFen) AS cell_annualFen,
                          any(r.cell_termMonths) AS cell_termMonths,
                          any(r.cell_contractId) AS cell_contractId,
                          any(r.cell_listingId) AS cell_listingId,
                          any(r.cell_name) AS cell_name,
                          any(r.cell_villageCode) AS cell_villageCode,
                          any(r.cell_townshipCode) AS cell_townshipCode,
                          any(r.cell_assetId) AS cell_assetId
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
                            linked.cell_annualFen AS cell_annualFen,
                            linked.cell_termMonths AS cell_termMonths,
                            linked.cell_contractId AS cell_contractId,
                            linked.cell_listingId AS cell_listingId,
                            linked.cell_name AS cell_name,
                            linked.cell_villageCode AS cell_villageCode,
                            linked.cell_townshipCode AS cell_townshipCode,
                            linked.cell_assetId AS cell_assetId
                          FROM (
                            SELECT
                              toInt64(atMs) AS atMs,
                              toInt64(0) AS ord,
                              id AS id,
                              toUInt8(1 /* trading.deal */) AS type,
                              toUInt64(version) AS version,
                              toUInt64(streamOffset) AS streamOffset,
                              toString(hash) AS hash,
                              toUInt64(2 /* deal */) AS marks,
                              CAST(annualFen, 'Nullable(Int64)') AS cell_annualFen,
                              CAST(termMonths, 'Nullable(Int64)') AS cell_termMonths,
                              CAST(contractId, 'Nullable(String)') AS cell_contractId,
                              CAST(listingId, 'Nullable(String)') AS cell_listingId,
                              CAST(NULL, 'Nullable(String)') AS cell_name,
                              CAST(NULL, 'Nullable(String)') AS cell_villageCode,
                              CAST(NULL, 'Nullable(String)') AS cell_townshipCode,
                              CAST(NULL, 'Nullable(String)') AS cell_assetId,
                              assumeNotNull(CAST(contractId, 'Nullable(String)')) AS k0
                            FROM cur_trading_deal_by_contractId FINAL
                            WHERE contractId IS NOT NULL
                          ) AS linked
                          INNER JOIN (
                            SELECT DISTINCT
                              assumeNotNull(CAST(contractId, 'Nullable(String)')) AS scope,
                              assumeNotNull(CAST(contractId, 'Nullable(String)')) AS k0
                            FROM cur_assets_contract FINAL
                            WHERE contractId IS NOT NULL
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
                            linked.cell_annualFen AS cell_annualFen,
                            linked.cell_termMonths AS cell_termMonths,
                            linked.cell_contractId AS cell_contractId,
                            linked.cell_listingId AS cell_listingId,
                            linked.cell_name AS cell_name,
                            linked.cell_villageCode AS cell_villageCode,
                            linked.cell_townshipCode AS cell_townshipCode,
                            linked.cell_assetId AS cell_assetId
                          FROM (
                            SELECT
                              toInt64(atMs) AS atMs,
                              toInt64(0) AS ord,
                              id AS id,
                              toUInt8(1 /* trading.deal */) AS type,
                              toUInt64(version) AS version,
                              toUInt64(streamOffset) AS streamOffset,
                              toString(hash) AS hash,
                              toUInt64(2 /* deal */) AS marks,
                              CAST(annualFen, 'Nullable(Int64)') AS cell_annualFen,
                              CAST(termMonths, 'Nullable(Int64)') AS cell_termMonths,
                              CAST(contractId, 'Nullable(String)') AS cell_contractId,
                              CAST(listingId, 'Nullable(String)') AS cell_listingId,
                              CAST(NULL, 'Nullable(String)') AS cell_name,
                              CAST(NULL, 'Nullable(String)') AS cell_villageCode,
                              CAST(NULL, 'Nullable(String)') AS cell_townshipCode,
                              CAST(NULL, 'Nullable(String)') AS cell_assetId,
                              assumeNotNull(CAST(listingId, 'Nullable(String)')) AS k0
                            FROM cur_trading_deal FINAL
                            WHERE listingId IS NOT NULL
                          ) AS linked
                          INNER JOIN (
                            SELECT DISTINCT
                              assumeNotNull(CAST(contractId, 'Nullable(String)')) AS scope,
                              assumeNotNull(CAST(listingId, 'Nullable(String)')) AS k0
                            FROM cur_assets_contract FINAL
                            WHERE listingId IS NOT NULL
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
