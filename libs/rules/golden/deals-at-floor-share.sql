WITH
  if(hit, toInt64(end), 0) AS occurredAt,
  arrayFilter((r, i) -> has(shown, i), timeline, arrayEnumerate(timeline)) AS proving,
  arrayMap(i -> proof.2[indexOf(proof.1, i)], shown) AS roles,
  arrayMap((r, o) -> (r.4, r.3, r.5, r.6, r.7, r.1, o), proving, roles) AS evidence,
  toString(part) AS part_figure,
  toString(whole) AS whole_figure,
  toString(if(whole > 0, toInt64(intDiv(toInt128(part) * 100, toInt128(greatest(whole, 1)))), 0)) AS percent_figure,
  toString(arrayMap((x1) -> at[x1], linked0_contested)[1]) AS firstAtMs_figure,
  toString(arrayMap((x1) -> at[x1], linked0_contested)[-1]) AS lastAtMs_figure,
  toString(arrayFilter((x1) -> (NOT (x1 IS NULL)), arrayMap((x1) -> c_n0[x1], linked0_contested))[-1]) AS dealAnnualFen_figure
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
      if(hit, arrayConcat(CAST([], 'Array(Tuple(UInt32, UInt8))'), arrayMap(p -> (toUInt32(p), toUInt8(1)), partRecords)), CAST([], 'Array(Tuple(UInt32, UInt8))')) AS proof
    FROM (
      SELECT *,
        (holds AND (NOT (end > {now:Int64}))) AS hit,
        ifNull(arrayMin(arrayConcat(arrayConcat(CAST([], 'Array(Int64)'), arrayResize([toInt64(undecidedUntil)], if((undecidedUntil > {now:Int64}), length([toInt64(undecidedUntil)]), 0))), arrayResize(changes, if((NOT (undecidedUntil > {now:Int64})), length(changes), 0)))), 0) AS due
      FROM (
        SELECT *,
          (((whole >= {p2:Int64}) AND (whole > 0)) AND ifNull(toInt128(part) * 100 > toInt128(whole) * {p3:Int64}, 0)) AS holds
        FROM (
          SELECT *,
            length(partRecords) AS part,
            if((lastDated > 0), toInt64(end), toInt64(0)) AS undecidedUntil
          FROM (
            SELECT *,
              length(linked0_contested) AS whole,
              arrayFilter((x1, x2, x3, x4) -> arrayExists((x5, x6, x7, x8) -> (((x5 < x1) AND ifNull(x3 = x7, 0)) AND ifNull(x4 = x8, 0)), contested_places, contested_at, contested_listingId, contested_floorFen), linked0_contested, arrayMap((x1) -> at[x1], linked0_contested), arrayMap((x1) -> c_t0[x1], linked0_contested), arrayMap((x1) -> c_n0[x1], linked0_contested)) AS partRecords,
              (toInt64(toInt32(addMonths(toDate32(toStartOfQuarter(toDate32(intDiv(lastDated + 28800000, 86400000)))), 3)))) * 86400000 - 28800000 AS end
            FROM (
              SELECT *,
                arrayFilter((x1, x2) -> x2, deal_places, arrayMap((v1) -> arrayExists((w1) -> ifNull(v1 = w1, 0), contested_listingId), deal_listingId)) AS linked0_contested,
                arrayMax(arrayFilter((x1, x2) -> x2, tupleElement(timeline, 1), arrayMap((w0) -> bitAnd(w0, 2) != 0, tupleElement(timeline, 8)))) AS lastDated,
                arrayConcat(arrayConcat(arrayConcat(CAST([], 'Array(Int64)'), arrayFilter((x1, x2) -> x2, arraySlice(tupleElement(timeline, 1), n + 1), arrayMap((w0) -> bitAnd(w0, 2) != 0, arraySlice(tupleElement(timeline, 8), n + 1)))), CAST([], 'Array(Int64)')), arrayFilter((x1, x2, x3) -> (x2 AND arrayExists((x4, x5) -> (x4 AND ifNull(x3 = x5, 0)), arrayMap((w0) -> bitAnd(w0, 2) != 0, tupleElement(timeline, 8)), tupleElement(timeline, 10))), arraySlice(tupleElement(timeline, 1), n + 1), arrayMap((w0) -> bitAnd(w0, 1) != 0, arraySlice(tupleElement(timeline, 8), n + 1)), arraySlice(tupleElement(timeline, 10), n + 1))) AS changes
              FROM (
                SELECT *,
                  arrayFilter((x, m) -> bitTest(m, 0), c_t0, c_m0) AS deal_listingId,
                  arrayFilter((x, m) -> bitTest(m, 1), c_t0, c_m0) AS contested_listingId,
                  arrayFilter((x, m) -> bitTest(m, 0), ix, c_m0) AS deal_places,
                  arrayFilter((x, m) -> bitTest(m, 1), ix, c_m0) AS contested_places,
                  arrayFilter((x, m) -> bitTest(m, 1), at, c_m0) AS contested_at,
                  arrayFilter((x, m) -> bitTest(m, 1), c_n0, c_m0) AS contested_floorFen
                FROM (
                  SELECT *,
                    arrayCount(a -> a <= {now:Int64}, timeline.1) AS n,
                    arraySlice(tupleElement(timeline, 10), 1, n) AS c_t0,
                    arraySlice(tupleElement(timeline, 8), 1, n) AS c_m0,
                    arraySlice(tupleElement(timeline, 9), 1, n) AS c_n0,
                    arraySlice(timeline.1, 1, n) AS at,
                    arrayEnumerate(at) AS ix
                  FROM (
                    SELECT
                      scope,
                      arraySort(groupArray(tuple(atMs, ord, id, type, version, streamOffset, hash, m0, n0, t0))) AS timeline
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
                        linked.m0 AS m0,
                        linked.n0 AS n0,
                        linked.t0 AS t0
                      FROM (
                        SELECT
                          toInt64(atMs) AS atMs,
                          toInt64(0) AS ord,
                          id AS id,
                          toUInt8(0) AS type,
                          toUInt64(version) AS version,
                          toUInt64(streamOffset) AS streamOffset,
                          toString(hash) AS hash,
                          toUInt64(1) AS m0,
                          CAST(annualFen, 'Nullable(Int64)') AS n0,
                          CAST(listingId, 'Nullable(String)') AS t0,
                          assumeNotNull(CAST(listingId, 'Nullable(String)')) AS k0
                        FROM cur_trading_deal FINAL
                        WHERE listingId IS NOT NULL
                      ) AS linked
                      INNER JOIN (
                        SELECT DISTINCT
                          concat(replaceAll(replaceAll(assumeNotNull(CAST(agency, 'Nullable(String)')), '%', '%25'), '|', '%7C'), '|', replaceAll(replaceAll(assumeNotNull(CAST(concat(substring(toString(toDate32(intDiv(atMs + 28800000, 86400000))), 1, 4), '-Q', toString(intDiv(toUInt8(substring(toString(toDate32(intDiv(atMs + 28800000, 86400000))), 6, 2)) + 2, 3))), 'Nullable(String)')), '%', '%25'), '|', '%7C')) AS scope,
                          assumeNotNull(CAST(listingId, 'Nullable(String)')) AS k0
                        FROM cur_trading_listing FINAL
                        WHERE agency IS NOT NULL
                          AND listingId IS NOT NULL
                      ) AS subjects ON linked.k0 = subjects.k0
                      UNION ALL
                      SELECT
                        concat(replaceAll(replaceAll(assumeNotNull(CAST(agency, 'Nullable(String)')), '%', '%25'), '|', '%7C'), '|', replaceAll(replaceAll(assumeNotNull(CAST(concat(substring(toString(toDate32(intDiv(atMs + 28800000, 86400000))), 1, 4), '-Q', toString(intDiv(toUInt8(substring(toString(toDate32(intDiv(atMs + 28800000, 86400000))), 6, 2)) + 2, 3))), 'Nullable(String)')), '%', '%25'), '|', '%7C')) AS scope,
                        toInt64(atMs) AS atMs,
                        toInt64(0) AS ord,
                        id AS id,
                        toUInt8(1) AS type,
                        toUInt64(version) AS version,
                        toUInt64(streamOffset) AS streamOffset,
                        toString(hash) AS hash,
                        toUInt64(if(ifNull(status = {p0:String}, 0) AND ifNull(bidders >= {p1:Int64}, 0), 2, 0)) AS m0,
                        CAST(floorFen, 'Nullable(Int64)') AS n0,
                        CAST(listingId, 'Nullable(String)') AS t0
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
    WHERE hit OR due > 0
  )
)
