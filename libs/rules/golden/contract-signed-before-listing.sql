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
  toString(length(counted0[first])) AS listingCount_figure,
  toString(0) AS startMs_figure,
  toString(contract_name[first]) AS contractName_figure,
  toString(contract_signedOn[first]) AS signedOn_figure,
  toString(contract_totalFen[first]) AS totalFen_figure,
  toString(all_name_or_title[arrayMax(arrayConcat(
    CAST([], 'Array(Int64)'),
    arrayMap((counted0_i) -> tupleElement(counted0_i, 1), counted0)[first]
  ))]) AS title_figure,
  toString(all_signedOn_or_opensOn[arrayMax(arrayConcat(
    CAST([], 'Array(Int64)'),
    arrayMap((counted0_i) -> tupleElement(counted0_i, 1), counted0)[first]
  ))]) AS opensOn_figure,
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
      listingCount_figure,
      startMs_figure,
      contractName_figure,
      signedOn_figure,
      totalFen_figure,
      title_figure,
      opensOn_figure
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
            p -> (toUInt32(p), toUInt8(1 /* listing */)),
            arrayFlatten(arrayFilter(
              (x1, x2) -> has(tupleElement(holding, 3), x2),
              arrayMap((counted0_i) -> tupleElement(counted0_i, 1), counted0),
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
              (x1, x2, x3) -> (
                x2
                AND arrayExists(
                  (x4, x5) -> (x4 AND ifNull(x3 = x5, 0)),
                  arrayMap((w0) -> bitAnd(w0, 1) != 0 /* contract */, tupleElement(timeline, 8 /* marks */)),
                  tupleElement(timeline, 11 /* cell_listingId */)
                )
              ),
              arraySlice(tupleElement(timeline, 1 /* atMs */), existing + 1),
              arrayMap(
                (w0) -> bitAnd(w0, 2) != 0 /* listing */,
                arraySlice(tupleElement(timeline, 8 /* marks */), existing + 1)
              ),
              arraySlice(tupleElement(timeline, 11 /* cell_listingId */), existing + 1)
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
                      (counted0_i) -> if(
                        (length(counted0_i) >= {p2:Int64}),
                        toInt64(tupleElement(counted0_i[greatest({p2:Int64}, 1)], 2)),
                        toInt64(0)
                      ),
                      counted0
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
                arrayMap((counted0_i) -> (length(counted0_i) >= {p2:Int64}), counted0) AS holds
              FROM (
                SELECT *,
                  arrayMap(
                    (contract_places_i, contract_places_i2, contract_listingId_i, contract_signedOn_i) -> arrayFilter(
                      (x5, listing_listingId_j, listing_opensOn_j) -> (
                        ifNull(listing_listingId_j = contract_listingId_i, 0)
                        AND ifNull(contract_signedOn_i < listing_opensOn_j, 0)
                      ),
                      arrayMap(
                        (listing_places_j, listing_at_j) -> (
                          toInt64(listing_places_j),
                          toInt64(listing_at_j),
                          toInt64(0)
                        ),
                        listing_places,
                        listing_at
                      ),
                      listing_listingId,
                      listing_opensOn
                    ),
                    contract_places,
                    contract_places,
                    contract_listingId,
                    contract_signedOn
                  ) AS counted0
                FROM (
                  SELECT *,
                    arrayFilter((x, m) -> bitTest(m, 0), all_places, all_marks) AS contract_places,
                    arrayFilter((x, m) -> bitTest(m, 0), all_at, all_marks) AS contract_at,
                    arrayFilter((x, m) -> bitTest(m, 1), all_places, all_marks) AS listing_places,
                    arrayFilter((x, m) -> bitTest(m, 1), all_at, all_marks) AS listing_at,
                    arrayFilter((x, m) -> bitTest(m, 0), all_listingId, all_marks) AS contract_listingId,
                    arrayFilter((x, m) -> bitTest(m, 1), all_listingId, all_marks) AS listing_listingId,
                    arrayFilter((x, m) -> bitTest(m, 0), all_signedOn_or_opensOn, all_marks) AS contract_signedOn,
                    arrayFilter((x, m) -> bitTest(m, 1), all_signedOn_or_opensOn, all_marks) AS listing_opensOn,
                    arrayFilter((x, m) -> bitTest(m, 0), all_name_or_title, all_marks) AS contract_name,
                    arrayFilter((x, m) -> bitTest(m, 0), all_totalFen, all_marks) AS contract_totalFen,
                    arrayFilter((x, m) -> bitTest(m, 0), all_villageCode, all_marks) AS contract_villageCode,
                    arrayFilter((x, m) -> bitTest(m, 0), all_townshipCode, all_marks) AS contract_townshipCode,
                    arrayFilter((x, m) -> bitTest(m, 0), all_assetId, all_marks) AS contract_assetId
                  FROM (
                    SELECT *,
                      arrayCount(a -> a <= {now:Int64}, timeline.1) AS existing,
                      arraySlice(tupleElement(timeline, 8 /* marks */), 1, existing) AS all_marks,
                      arraySlice(tupleElement(timeline, 11 /* cell_listingId */), 1, existing) AS all_listingId,
                      arraySlice(
                        tupleElement(timeline, 9 /* cell_signedOn_or_opensOn */),
                        1,
                        existing
                      ) AS all_signedOn_or_opensOn,
                      arraySlice(tupleElement(timeline, 12 /* cell_name_or_title */), 1, existing) AS all_name_or_title,
                      arraySlice(tupleElement(timeline, 10 /* cell_totalFen */), 1, existing) AS all_totalFen,
                      arraySlice(tupleElement(timeline, 13 /* cell_villageCode */), 1, existing) AS all_villageCode,
                      arraySlice(tupleElement(timeline, 14 /* cell_townshipCode */), 1, existing) AS all_townshipCode,
                      arraySlice(tupleElement(timeline, 15 /* cell_assetId */), 1, existing) AS all_assetId,
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
                          cell_signedOn_or_opensOn,
                          cell_totalFen,
                          cell_listingId,
                          cell_name_or_title,
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
                          toUInt64(if(ifNull(kind IN ({p0:String}, {p1:String}), 0), 1 /* contract */, 0)) AS marks,
                          CAST(toInt32(signedOn), 'Nullable(Int64)') AS cell_signedOn_or_opensOn,
                          CAST(totalFen, 'Nullable(Int64)') AS cell_totalFen,
                          CAST(listingId, 'Nullable(String)') AS cell_listingId,
                          CAST(name, 'Nullable(String)') AS cell_name_or_title,
                          CAST(villageCode, 'Nullable(String)') AS cell_villageCode,
                          CAST(townshipCode, 'Nullable(String)') AS cell_townshipCode,
                          CAST(assetId, 'Nullable(String)') AS cell_assetId
                        FROM cur_assets_contract FINAL
                        WHERE ((ifNull(kind IN ({p0:String}, {p1:String}), 0)))
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
                          linked.cell_signedOn_or_opensOn AS cell_signedOn_or_opensOn,
                          linked.cell_totalFen AS cell_totalFen,
                          linked.cell_listingId AS cell_listingId,
                          linked.cell_name_or_title AS cell_name_or_title,
                          linked.cell_villageCode AS cell_villageCode,
                          linked.cell_townshipCode AS cell_townshipCode,
                          linked.cell_assetId AS cell_assetId
                        FROM (
                          SELECT
                            toInt64(atMs) AS atMs,
                            toInt64(0) AS ord,
                            id AS id,
                            toUInt8(1 /* trading.listing */) AS type,
                            toUInt64(version) AS version,
                            toUInt64(streamOffset) AS streamOffset,
                            toString(hash) AS hash,
                            toUInt64(2 /* listing */) AS marks,
                            CAST(toInt32(opensOn), 'Nullable(Int64)') AS cell_signedOn_or_opensOn,
                            CAST(NULL, 'Nullable(Int64)') AS cell_totalFen,
                            CAST(listingId, 'Nullable(String)') AS cell_listingId,
                            CAST(title, 'Nullable(String)') AS cell_name_or_title,
                            CAST(NULL, 'Nullable(String)') AS cell_villageCode,
                            CAST(NULL, 'Nullable(String)') AS cell_townshipCode,
                            CAST(NULL, 'Nullable(String)') AS cell_assetId,
                            assumeNotNull(CAST(listingId, 'Nullable(String)')) AS k0
                          FROM cur_trading_listing FINAL
                          WHERE listingId IS NOT NULL
                        ) AS linked
                        INNER JOIN (
                          SELECT DISTINCT
                            assumeNotNull(CAST(contractId, 'Nullable(String)')) AS scope,
                            assumeNotNull(CAST(listingId, 'Nullable(String)')) AS k0
                          FROM cur_assets_contract FINAL
                          WHERE listingId IS NOT NULL
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
    WHERE hit OR due > 0
  )
)
