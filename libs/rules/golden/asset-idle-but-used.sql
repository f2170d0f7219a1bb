WITH
  if(hit, toInt64(asset_at[1]), 0) AS occurredAt,
  arrayFilter((r, i) -> has(shown, i), timeline, arrayEnumerate(timeline)) AS proving,
  arrayMap(i -> proof.2[indexOf(proof.1, i)], shown) AS roles,
  arrayMap((r, o) -> (r.4, r.3, r.5, r.6, r.7, r.1, o), proving, roles) AS evidence,
  toString(length(asset_at)) AS count_figure,
  toString(asset_at[1]) AS firstAtMs_figure,
  toString(asset_at[-1]) AS lastAtMs_figure,
  toString(arrayFilter((x1) -> (NOT (x1 IS NULL)), asset_name)[-1]) AS assetName_figure,
  toString(arrayFilter((x1) -> (NOT (x1 IS NULL)), asset_kind)[-1]) AS assetKind_figure,
  toString(arrayFilter((x1) -> (NOT (x1 IS NULL)), asset_villageCode)[-1]) AS villageCode_subject,
  toString(arrayFilter((x1) -> (NOT (x1 IS NULL)), asset_townshipCode)[-1]) AS townshipCode_subject
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
      assetName_figure,
      assetKind_figure
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
      if(hit, arrayConcat(CAST([], 'Array(Tuple(UInt32, UInt8))'), arrayMap(p -> (toUInt32(p), toUInt8(0)), asset_places)), CAST([], 'Array(Tuple(UInt32, UInt8))')) AS proof
    FROM (
      SELECT *,
        notEmpty(asset_at) AS hit,
        ifNull(arrayMin(arrayConcat(arrayConcat(CAST([], 'Array(Int64)'), arrayFilter((x1, x2) -> x2, arraySlice(tupleElement(timeline, 1), n + 1), arrayMap((w0) -> bitAnd(w0, 1) != 0, arraySlice(tupleElement(timeline, 8), n + 1)))), CAST([], 'Array(Int64)'))), 0) AS due
      FROM (
        SELECT *,
          arrayFilter((x, m) -> bitTest(m, 0), at, c_m0) AS asset_at,
          arrayFilter((x, m) -> bitTest(m, 0), ix, c_m0) AS asset_places,
          arrayFilter((x, m) -> bitTest(m, 0), c_t0, c_m0) AS asset_name,
          arrayFilter((x, m) -> bitTest(m, 0), c_t1, c_m0) AS asset_kind,
          arrayFilter((x, m) -> bitTest(m, 0), c_t2, c_m0) AS asset_villageCode,
          arrayFilter((x, m) -> bitTest(m, 0), c_t3, c_m0) AS asset_townshipCode
        FROM (
          SELECT *,
            arrayCount(a -> a <= {now:Int64}, timeline.1) AS n,
            arraySlice(tupleElement(timeline, 8), 1, n) AS c_m0,
            arraySlice(tupleElement(timeline, 9), 1, n) AS c_t0,
            arraySlice(tupleElement(timeline, 10), 1, n) AS c_t1,
            arraySlice(tupleElement(timeline, 11), 1, n) AS c_t2,
            arraySlice(tupleElement(timeline, 12), 1, n) AS c_t3,
            arraySlice(timeline.1, 1, n) AS at,
            arrayEnumerate(at) AS ix
          FROM (
            SELECT
              scope,
              arraySort(groupArray(tuple(atMs, ord, id, type, version, streamOffset, hash, m0, t0, t1, t2, t3))) AS timeline
            FROM (
              SELECT
                assumeNotNull(CAST(assetId, 'Nullable(String)')) AS scope,
                toInt64(atMs) AS atMs,
                toInt64(0) AS ord,
                id AS id,
                toUInt8(0) AS type,
                toUInt64(version) AS version,
                toUInt64(streamOffset) AS streamOffset,
                toString(hash) AS hash,
                toUInt64(if(ifNull(status = {p0:String}, 0) AND ifNull(inUse = {p1:Bool}, 0), 1, 0)) AS m0,
                CAST(name, 'Nullable(String)') AS t0,
                CAST(kind, 'Nullable(String)') AS t1,
                CAST(villageCode, 'Nullable(String)') AS t2,
                CAST(townshipCode, 'Nullable(String)') AS t3
              FROM cur_assets_asset FINAL
              WHERE ((ifNull(status = {p0:String}, 0) AND ifNull(inUse = {p1:Bool}, 0)))
            )
            GROUP BY scope
          )
        )
      )
    )
    WHERE hit OR due > 0
  )
)
