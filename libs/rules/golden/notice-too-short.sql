WITH
  if(hit, toInt64(listing_at[1]), 0) AS occurredAt,
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
  toString(length(listing_at)) AS count_figure,
  toString(listing_at[1]) AS firstAtMs_figure,
  toString(listing_at[-1]) AS lastAtMs_figure,
  toString(arrayFilter((listing_title_i) -> (NOT (listing_title_i IS NULL)), listing_title)[-1]) AS title_figure,
  toString(arrayFilter(
    (listing_opensOn_i) -> (NOT (listing_opensOn_i IS NULL)),
    listing_opensOn
  )[-1]) AS opensOn_figure,
  toString(arrayFilter(
    (listing_closesOn_i) -> (NOT (listing_closesOn_i IS NULL)),
    listing_closesOn
  )[-1]) AS closesOn_figure,
  toString(arrayFilter(
    (listing_floorFen_i) -> (NOT (listing_floorFen_i IS NULL)),
    listing_floorFen
  )[-1]) AS floorFen_figure,
  toString(arrayFilter(
    (listing_villageCode_i) -> (NOT (listing_villageCode_i IS NULL)),
    listing_villageCode
  )[-1]) AS villageCode_subject,
  toString(arrayFilter(
    (listing_townshipCode_i) -> (NOT (listing_townshipCode_i IS NULL)),
    listing_townshipCode
  )[-1]) AS townshipCode_subject,
  toString(arrayFilter(
    (listing_assetId_i) -> (NOT (listing_assetId_i IS NULL)),
    listing_assetId
  )[-1]) AS assetId_subject
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
      title_figure,
      opensOn_figure,
      closesOn_figure,
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
          arrayMap(p -> (toUInt32(p), toUInt8(0 /* listing */)), listing_places)
        ),
        CAST([], 'Array(Tuple(UInt32, UInt8))')
      ) AS proof
    FROM (
      SELECT *,
        notEmpty(listing_at) AS hit,
        ifNull(
          arrayMin(arrayConcat(
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
          )),
          0
        ) AS due
      FROM (
        SELECT *,
          arrayFilter((x, m) -> bitTest(m, 0), all_at, all_marks) AS listing_at,
          arrayFilter((x, m) -> bitTest(m, 0), all_places, all_marks) AS listing_places,
          arrayFilter((x, m) -> bitTest(m, 0), all_title, all_marks) AS listing_title,
          arrayFilter((x, m) -> bitTest(m, 0), all_opensOn, all_marks) AS listing_opensOn,
          arrayFilter((x, m) -> bitTest(m, 0), all_closesOn, all_marks) AS listing_closesOn,
          arrayFilter((x, m) -> bitTest(m, 0), all_floorFen, all_marks) AS listing_floorFen,
          arrayFilter((x, m) -> bitTest(m, 0), all_villageCode, all_marks) AS listing_villageCode,
          arrayFilter((x, m) -> bitTest(m, 0), all_townshipCode, all_marks) AS listing_townshipCode,
          arrayFilter((x, m) -> bitTest(m, 0), all_assetId, all_marks) AS listing_assetId
        FROM (
          SELECT *,
            arrayCount(a -> a <= {now:Int64}, timeline.1) AS existing,
            arraySlice(tupleElement(timeline, 8 /* marks */), 1, existing) AS all_marks,
            arraySlice(tupleElement(timeline, 12 /* cell_title */), 1, existing) AS all_title,
            arraySlice(tupleElement(timeline, 9 /* cell_opensOn */), 1, existing) AS all_opensOn,
            arraySlice(tupleElement(timeline, 10 /* cell_closesOn */), 1, existing) AS all_closesOn,
            arraySlice(tupleElement(timeline, 11 /* cell_floorFen */), 1, existing) AS all_floorFen,
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
                cell_opensOn,
                cell_closesOn,
                cell_floorFen,
                cell_title,
                cell_villageCode,
                cell_townshipCode,
                cell_assetId
              ))) AS timeline
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
                toUInt64(if(ifNull(closesOn < addDays(opensOn, {p0:Int64}), 0), 1 /* listing */, 0)) AS marks,
                CAST(toInt32(opensOn), 'Nullable(Int64)') AS cell_opensOn,
                CAST(toInt32(closesOn), 'Nullable(Int64)') AS cell_closesOn,
                CAST(floorFen, 'Nullable(Int64)') AS cell_floorFen,
                CAST(title, 'Nullable(String)') AS cell_title,
                CAST(villageCode, 'Nullable(String)') AS cell_villageCode,
                CAST(townshipCode, 'Nullable(String)') AS cell_townshipCode,
                CAST(assetId, 'Nullable(String)') AS cell_assetId
              FROM cur_trading_listing FINAL
              WHERE ((ifNull(closesOn < addDays(opensOn, {p0:Int64}), 0)))
            )
            GROUP BY scope
          )
        )
      )
    )
    WHERE hit OR due > 0
  )
)
