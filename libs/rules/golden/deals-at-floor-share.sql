WITH
  if(hit, toInt64(end), 0) AS occurredAt,
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
  toString(part) AS part_figure,
  toString(whole) AS whole_figure,
  toString(if(whole > 0, toInt64(intDiv(toInt128(part) * 100, toInt128(greatest(whole, 1)))), 0)) AS percent_figure,
  toString(linked0_contested_at[1]) AS firstAtMs_figure,
  toString(linked0_contested_at[-1]) AS lastAtMs_figure,
  toString(arrayFilter(
    (linked0_contested_annualFen_i) -> (NOT (linked0_contested_annualFen_i IS NULL)),
    linked0_contested_annualFen
  )[-1]) AS dealAnnualFen_figure
SELECT
  scope,
  tuple(
    hit,
    occurredAt,
    due,
    evidence,
    if(hit, CAST([
      part_figure,
      whole_figure,
      percent_figure,
      firstAtMs_figure,
      lastAtMs_figure,
      dealAnnualFen_figure
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
          arrayMap(p -> (toUInt32(p), toUInt8(1 /* deal */)), partRecords)
        ),
        CAST([], 'Array(Tuple(UInt32, UInt8))')
      ) AS proof
    FROM (
      SELECT *,
        (holds AND (NOT (end > {now:Int64}))) AS hit,
        ifNull(
          arrayMin(arrayConcat(
            arrayConcat(
              CAST([], 'Array(Int64)'),
              arrayResize(
                [toInt64(undecidedUntil)],
                if((undecidedUntil > {now:Int64}), length([toInt64(undecidedUntil)]), 0)
              )
            ),
            arrayResize(changes, if((NOT (undecidedUntil > {now:Int64})), length(changes), 0))
          )),
          0
        ) AS due
      FROM (
        SELECT *,
          (
            ((whole >= {p2:Int64}) AND (whole > 0))
            AND ifNull(toInt128(part) * 100 > toInt128(whole) * {p3:Int64}, 0)
          ) AS holds
        FROM (
          SELECT *,
            length(partRecords) AS part
          FROM (
            SELECT *,
              arrayFilter(
                (linked0_contested_i, linked0_contested_at_i, linked0_contested_listingId_i, linked0_contested_annualFen_i) -> arrayExists(
                  (contested_places_j, contested_at_j, contested_listingId_j, contested_floorFen_j) -> (
                    (
                      (contested_places_j < linked0_contested_i)
                      AND ifNull(linked0_contested_listingId_i = contested_listingId_j, 0)
                    )
                    AND ifNull(linked0_contested_annualFen_i = contested_floorFen_j, 0)
                  ),
                  contested_places,
                  contested_at,
                  contested_listingId,
                  contested_floorFen
                ),
                linked0_contested,
                linked0_contested_at,
                linked0_contested_listingId,
                linked0_contested_annualFen
              ) AS partRecords,
              if((lastDated > 0), toInt64(end), toInt64(0)) AS undecidedUntil
            FROM (
              SELECT *,
                length(linked0_contested) AS whole,
                arrayMap(
                  (linked0_contested_i) -> all_at[linked0_contested_i],
                  linked0_contested
                ) AS linked0_contested_at,
                arrayMap(
                  (linked0_contested_i) -> all_listingId[linked0_contested_i],
                  linked0_contested
                ) AS linked0_contested_listingId,
                arrayMap(
                  (linked0_contested_i) -> all_annualFen_or_floorFen[linked0_contested_i],
                  linked0_contested
                ) AS linked0_contested_annualFen,
                (toInt64(toInt32(addMonths(
                  toDate32(toStartOfQuarter(toDate32(intDiv(lastDated + 28800000, 86400000)))),
                  3
                )))) * 86400000 - 28800000 AS end
              FROM (
                SELECT *,
                  arrayFilter(
                    (deal_places_i, x2) -> x2,
                    deal_places,
                    arrayMap((v1) -> arrayExists((w1) -> ifNull(v1 = w1, 0), contested_listingId), deal_listingId)
                  ) AS linked0_contested,
                  arrayMax(arrayFilter(
                    (x1, x2) -> x2,
                    tupleElement(timeline, 1 /* atMs */),
                    arrayMap((w0) -> bitAnd(w0, 2) != 0 /* contested */, tupleElement(timeline, 8 /* marks */))
                  )) AS lastDated,
                  arrayConcat(
                    arrayConcat(
                      arrayConcat(
                        CAST([], 'Array(Int64)'),
                        arrayFilter(
                          (x1, x2) -> x2,
                          arraySlice(tupleElement(timeline, 1 /* atMs */), existing + 1),
                          arrayMap(
                            (w0) -> bitAnd(w0, 2) != 0 /* contested */,
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
                          arrayMap((w0) -> bitAnd(w0, 2) != 0 /* contested */, tupleElement(timeline, 8 /* marks */)),
                          tupleElement(timeline, 10 /* cell_listingId */)
                        )
                      ),
                      arraySlice(tupleElement(timeline, 1 /* atMs */), existing + 1),
                      arrayMap(
                        (w0) -> bitAnd(w0, 1) != 0 /* deal */,
                        arraySlice(tupleElement(timeline, 8 /* marks */), existing + 1)
                      ),
                      arraySlice(tupleElement(timeline, 10 /* cell_listingId */), existing + 1)
                    )
                  ) AS changes
                FROM (
                  SELECT *,
                    arrayFilter((x, m) -> bitTest(m, 0), all_listingId, all_marks) AS deal_listingId,
                    arrayFilter((x, m) -> bitTest(m, 1), all_listingId, all_marks) AS contested_listingId,
                    arrayFilter((x, m) -> bitTest(m, 0), all_places, all_marks) AS deal_places,
                    arrayFilter((x, m) -> bitTest(m, 1), all_places, all_marks) AS contested_places,
                    arrayFilter((x, m) -> bitTest(m, 1), all_at, all_marks) AS contested_at,
                    arrayFilter((x, m) -> bitTest(m, 1), all_annualFen_or_floorFen, all_marks) AS contested_floorFen
                  FROM (
                    SELECT *,
                      arrayCount(a -> a <= {now:Int64}, timeline.1) AS existing,
                      arraySlice(tupleElement(timeline, 10 /* cell_listingId */), 1, existing) AS all_listingId,
                      arraySlice(tupleElement(timeline, 8 /* marks */), 1, existing) AS all_marks,
                      arraySlice(
                        tupleElement(timeline, 9 /* cell_annualFen_or_floorFen */),
                        1,
                        existing
                      ) AS all_annualFen_or_floorFen,
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
                          cell_annualFen_or_floorFen,
                          cell_listingId
                        ))) AS timeline
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
                          linked.cell_annualFen_or_floorFen AS cell_annualFen_or_floorFen,
                          linked.cell_listingId AS cell_listingId
                        FROM (
                          SELECT
                            toInt64(atMs) AS atMs,
                            toInt64(0) AS ord,
                            id AS id,
                            toUInt8(0 /* trading.deal */) AS type,
                            toUInt64(version) AS version,
                            toUInt64(streamOffset) AS streamOffset,
                            toString(hash) AS hash,
                            toUInt64(1 /* deal */) AS marks,
                            CAST(annualFen, 'Nullable(Int64)') AS cell_annualFen_or_floorFen,
                            CAST(listingId, 'Nullable(String)') AS cell_listingId,
                            assumeNotNull(CAST(listingId, 'Nullable(String)')) AS k0
                          FROM cur_trading_deal FINAL
                          WHERE listingId IS NOT NULL
                        ) AS linked
                        INNER JOIN (
                          SELECT DISTINCT
                            concat(
                              replaceAll(
                                replaceAll(assumeNotNull(CAST(agency, 'Nullable(String)')), '%', '%25'),
                                '|',
                                '%7C'
                              ),
                              '|',
                              replaceAll(
                                replaceAll(
                                  assumeNotNull(CAST(
                                    concat(
                                      substring(toString(toDate32(intDiv(atMs + 28800000, 86400000))), 1, 4),
                                      '-Q',
                                      toString(intDiv(
                                        toUInt8(substring(toString(toDate32(intDiv(atMs + 28800000, 86400000))), 6, 2))
                                          + 2,
                                        3
                                      ))
                                    ),
                                    'Nullable(String)'
                                  )),
                                  '%',
                                  '%25'
                                ),
                                '|',
                                '%7C'
                              )
                            ) AS scope,
                            assumeNotNull(CAST(listingId, 'Nullable(String)')) AS k0
                          FROM cur_trading_listing FINAL
                          WHERE agency IS NOT NULL
                            AND listingId IS NOT NULL
                        ) AS subjects ON linked.k0 = subjects.k0
                        UNION ALL
                        SELECT
                          concat(
                            replaceAll(
                              replaceAll(assumeNotNull(CAST(agency, 'Nullable(String)')), '%', '%25'),
                              '|',
                              '%7C'
                            ),
                            '|',
                            replaceAll(
                              replaceAll(
                                assumeNotNull(CAST(
                                  concat(
                                    substring(toString(toDate32(intDiv(atMs + 28800000, 86400000))), 1, 4),
                                    '-Q',
                                    toString(intDiv(
                                      toUInt8(substring(toString(toDate32(intDiv(atMs + 28800000, 86400000))), 6, 2))
                                        + 2,
                                      3
                                    ))
                                  ),
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
                          toInt64(0) AS ord,
                          id AS id,
                          toUInt8(1 /* trading.listing */) AS type,
                          toUInt64(version) AS version,
                          toUInt64(streamOffset) AS streamOffset,
                          toString(hash) AS hash,
                          toUInt64(if(
                            ifNull(status = {p0:String}, 0) AND ifNull(bidders >= {p1:Int64}, 0),
                            2 /* contested */,
                            0
                          )) AS marks,
                          CAST(floorFen, 'Nullable(Int64)') AS cell_annualFen_or_floorFen,
                          CAST(listingId, 'Nullable(String)') AS cell_listingId
                        FROM cur_trading_listing FINAL
                        WHERE agency IS NOT NULL
                          AND ((ifNull(status = {p0:String}, 0) AND ifNull(bidders >= {p1:Int64}, 0)))
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
