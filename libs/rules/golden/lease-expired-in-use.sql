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
  toString(length(standing0[first])) AS assetInUseCount_figure,
  toString(length(counted1[first])) AS laterCount_figure,
  toString(arrayMap(
    (contract_endsOn_i, contract_at_i) -> ifNull((contract_endsOn_i) * 86400000 - 28800000, 0),
    contract_endsOn,
    contract_at
  )[first]) AS startMs_figure,
  toString(contract_name[first]) AS contractName_figure,
  toString(contract_endsOn[first]) AS endsOn_figure,
  toString(contract_annualFen[first]) AS annualFen_figure,
  toString(all_villageCode_or_name[arrayMax(arrayConcat(
    CAST([], 'Array(Int64)'),
    arrayMap((standing0_i) -> tupleElement(standing0_i, 1), standing0)[first]
  ))]) AS assetName_figure,
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
      assetInUseCount_figure,
      laterCount_figure,
      startMs_figure,
      contractName_figure,
      endsOn_figure,
      annualFen_figure,
      assetName_figure
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
            p -> (toUInt32(p), toUInt8(1 /* assetInUse */)),
            arrayFlatten(arrayFilter(
              (x1, x2) -> has(tupleElement(holding, 3), x2),
              arrayMap((standing0_i) -> tupleElement(standing0_i, 1), standing0),
              arrayEnumerate(contract_at)
            ))
          ),
          arrayMap(
            p -> (toUInt32(p), toUInt8(2 /* later */)),
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
                arrayMap(
                  (x1) -> (tupleElement(x1, 4) + 1),
                  arrayFilter(
                    (met_i) -> (
                      ((tupleElement(met_i, 4) + 1) > {now:Int64})
                      AND (tupleElement(met_i, 4) < 9000000000000000)
                    ),
                    met
                  )
                )
              ),
              arrayFilter(
                (x1, x2, x3) -> (
                  x2
                  AND arrayExists(
                    (x4, x5) -> (x4 AND ifNull(x3 = x5, 0)),
                    arrayMap((w0) -> bitAnd(w0, 1) != 0 /* contract */, tupleElement(timeline, 8 /* marks */)),
                    tupleElement(timeline, 11 /* cell_assetId */)
                  )
                ),
                arraySlice(tupleElement(timeline, 1 /* atMs */), existing + 1),
                arrayMap(
                  (w0) -> bitAnd(w0, 2) != 0 /* assetInUse */,
                  arraySlice(tupleElement(timeline, 8 /* marks */), existing + 1)
                ),
                arraySlice(tupleElement(timeline, 11 /* cell_assetId */), existing + 1)
              )
            ),
            arrayFilter(
              (x1, x2, x3) -> (
                x2
                AND arrayExists(
                  (x4, x5) -> (x4 AND ifNull(x3 = x5, 0)),
                  arrayMap((w0) -> bitAnd(w0, 1) != 0 /* contract */, tupleElement(timeline, 8 /* marks */)),
                  tupleElement(timeline, 11 /* cell_assetId */)
                )
              ),
              arraySlice(tupleElement(timeline, 1 /* atMs */), existing + 1),
              arrayMap(
                (w0) -> bitAnd(w0, 4) != 0 /* later */,
                arraySlice(tupleElement(timeline, 8 /* marks */), existing + 1)
              ),
              arraySlice(tupleElement(timeline, 11 /* cell_assetId */), existing + 1)
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
                  (x1, contract_places_i, x3, subject_due_i) -> (
                    toInt64(x1),
                    toInt64(contract_places_i),
                    toInt64(x3),
                    toInt64(subject_due_i)
                  ),
                  arrayMap(
                    (x1, x2) -> greatest(x1, x2),
                    arrayMap(
                      (contract_at_i, subject_due_i) -> greatest(contract_at_i, (subject_due_i + 1)),
                      contract_at,
                      subject_due
                    ),
                    arrayMap(
                      (standing0_i) -> if(
                        (length(standing0_i) >= {p3:Int64}),
                        toInt64(tupleElement(standing0_i[greatest({p3:Int64}, 1)], 2)),
                        toInt64(0)
                      ),
                      standing0
                    )
                  ),
                  contract_places,
                  arrayEnumerate(contract_at),
                  subject_due
                ),
                holds
              ) AS met
            FROM (
              SELECT *,
                arrayMap(
                  (subject_limit_i, subject_day_i) -> if(
                    (subject_limit_i < 0),
                    toInt64(9000000000000000),
                    toInt64(ifNull((((subject_day_i + subject_limit_i)) + 1) * 86400000 - 28800000, 0))
                  ),
                  subject_limit,
                  subject_day
                ) AS subject_due
              FROM (
                SELECT *,
                  arrayMap(
                    (subject_limit_i, x2) -> if((subject_limit_i < 0), toInt64(0), toInt64(x2)),
                    subject_limit,
                    arrayMap(
                      (contract_at_i, contract_endsOn_i, contract_villageCode_i) -> ifNull(contract_endsOn_i, 0),
                      contract_at,
                      contract_endsOn,
                      contract_villageCode
                    )
                  ) AS subject_day,
                  arrayMap(
                    (x1, x2) -> (x1 AND x2),
                    arrayMap((standing0_i) -> (length(standing0_i) >= {p3:Int64}), standing0),
                    arrayMap((counted1_i) -> (NOT notEmpty(counted1_i)), counted1)
                  ) AS holds
                FROM (
                  SELECT *,
                    arrayMap(
                      (
                        contract_at_i,
                        contract_endsOn_i,
                        contract_villageCode_i
                      ) -> toInt64(ifNull(if(contract_endsOn_i IS NULL, NULL, {p4:Int64}), -1)),
                      contract_at,
                      contract_endsOn,
                      contract_villageCode
                    ) AS subject_limit,
                    arrayMap(
                      (contract_places_i, contract_places_i2, contract_assetId_i) -> arrayFilter(
                        (x4, assetInUse_assetId_j) -> ifNull(assetInUse_assetId_j = contract_assetId_i, 0),
                        arrayMap(
                          (assetInUse_places_j, assetInUse_at_j) -> (
                            toInt64(assetInUse_places_j),
                            toInt64(assetInUse_at_j),
                            toInt64(0)
                          ),
                          assetInUse_places,
                          assetInUse_at
                        ),
                        assetInUse_assetId
                      ),
                      contract_places,
                      contract_places,
                      contract_assetId
                    ) AS standing0,
                    arrayMap(
                      (contract_places_i, contract_places_i2, contract_assetId_i, contract_endsOn_i) -> arrayFilter(
                        (x5, later_assetId_j, later_endsOn_j) -> (
                          ifNull(later_assetId_j = contract_assetId_i, 0)
                          AND ifNull(contract_endsOn_i < later_endsOn_j, 0)
                        ),
                        arrayMap(
                          (later_places_j, later_at_j) -> (toInt64(later_places_j), toInt64(later_at_j), toInt64(0)),
                          later_places,
                          later_at
                        ),
                        later_assetId,
                        later_endsOn
                      ),
                      contract_places,
                      contract_places,
                      contract_assetId,
                      contract_endsOn
                    ) AS counted1,
                    arrayMap(
                      (contract_places_i, contract_places_i2, contract_assetId_i) -> arrayFilter(
                        (x4, later_assetId_j) -> ifNull(later_assetId_j = contract_assetId_i, 0),
                        arrayMap(
                          (later_places_j, later_at_j) -> (toInt64(later_places_j), toInt64(later_at_j), toInt64(0)),
                          later_places,
                          later_at
                        ),
                        later_assetId
                      ),
                      contract_places,
                      contract_places,
                      contract_assetId
                    ) AS standing1
                  FROM (
                    SELECT *,
                      arrayFilter((x, m) -> bitTest(m, 0), all_places, all_marks) AS contract_places,
                      arrayFilter((x, m) -> bitTest(m, 0), all_at, all_marks) AS contract_at,
                      arrayFilter((x, m) -> bitTest(m, 1), all_places, all_marks) AS assetInUse_places,
                      arrayFilter((x, m) -> bitTest(m, 1), all_at, all_marks) AS assetInUse_at,
                      arrayFilter((x, m) -> bitTest(m, 0), all_assetId, all_marks) AS contract_assetId,
                      arrayFilter((x, m) -> bitTest(m, 1), all_assetId, all_marks) AS assetInUse_assetId,
                      arrayFilter((x, m) -> bitTest(m, 2), all_places, all_marks) AS later_places,
                      arrayFilter((x, m) -> bitTest(m, 2), all_at, all_marks) AS later_at,
                      arrayFilter((x, m) -> bitTest(m, 2), all_assetId, all_marks) AS later_assetId,
                      arrayFilter((x, m) -> bitTest(m, 0), all_endsOn, all_marks) AS contract_endsOn,
                      arrayFilter((x, m) -> bitTest(m, 2), all_endsOn, all_marks) AS later_endsOn,
                      arrayFilter((x, m) -> bitTest(m, 0), all_villageCode_or_name, all_marks) AS contract_villageCode,
                      arrayFilter((x, m) -> bitTest(m, 0), all_name, all_marks) AS contract_name,
                      arrayFilter((x, m) -> bitTest(m, 0), all_annualFen, all_marks) AS contract_annualFen,
                      arrayFilter((x, m) -> bitTest(m, 0), all_townshipCode, all_marks) AS contract_townshipCode
                    FROM (
                      SELECT *,
                        arrayCount(a -> a <= {now:Int64}, timeline.1) AS existing,
                        arraySlice(tupleElement(timeline, 8 /* marks */), 1, existing) AS all_marks,
                        arraySlice(tupleElement(timeline, 11 /* cell_assetId */), 1, existing) AS all_assetId,
                        arraySlice(tupleElement(timeline, 9 /* cell_endsOn */), 1, existing) AS all_endsOn,
                        arraySlice(
                          tupleElement(timeline, 12 /* cell_villageCode_or_name */),
                          1,
                          existing
                        ) AS all_villageCode_or_name,
                        arraySlice(tupleElement(timeline, 13 /* cell_name */), 1, existing) AS all_name,
                        arraySlice(tupleElement(timeline, 10 /* cell_annualFen */), 1, existing) AS all_annualFen,
                        arraySlice(tupleElement(timeline, 14 /* cell_townshipCode */), 1, existing) AS all_townshipCode,
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
                            cell_endsOn,
                            cell_annualFen,
                            cell_assetId,
                            cell_villageCode_or_name,
                            cell_name,
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
                            any(r.cell_endsOn) AS cell_endsOn,
                            any(r.cell_annualFen) AS cell_annualFen,
                            any(r.cell_assetId) AS cell_assetId,
                            any(r.cell_villageCode_or_name) AS cell_villageCode_or_name,
                            any(r.cell_name) AS cell_name,
                            any(r.cell_townshipCode) AS cell_townshipCode
                          FROM (
                            SELECT
                              assumeNotNull(CAST(contractId, 'Nullable(String)')) AS scope,
                              toInt64(atMs) AS atMs,
                              toInt64(0) AS ord,
                              id AS id,
                              toUInt8(1 /* assets.contract */) AS type,
                              toUInt64(version) AS version,
                              toUInt64(streamOffset) AS streamOffset,
                              toString(hash) AS hash,
                              toUInt64(if(ifNull(kind IN ({p0:String}, {p1:String}), 0), 1 /* contract */, 0)) AS marks,
                              CAST(toInt32(endsOn), 'Nullable(Int64)') AS cell_endsOn,
                              CAST(annualFen, 'Nullable(Int64)') AS cell_annualFen,
                              CAST(assetId, 'Nullable(String)') AS cell_assetId,
                              CAST(villageCode, 'Nullable(String)') AS cell_villageCode_or_name,
                              CAST(name, 'Nullable(String)') AS cell_name,
                              CAST(townshipCode, 'Nullable(String)') AS cell_townshipCode
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
                              linked.cell_endsOn AS cell_endsOn,
                              linked.cell_annualFen AS cell_annualFen,
                              linked.cell_assetId AS cell_assetId,
                              linked.cell_villageCode_or_name AS cell_villageCode_or_name,
                              linked.cell_name AS cell_name,
                              linked.cell_townshipCode AS cell_townshipCode
                            FROM (
                              SELECT
                                toInt64(atMs) AS atMs,
                                toInt64(0) AS ord,
                                id AS id,
                                toUInt8(1 /* assets.contract */) AS type,
                                toUInt64(version) AS version,
                                toUInt64(streamOffset) AS streamOffset,
                                toString(hash) AS hash,
                                toUInt64(if(ifNull(kind IN ({p0:String}, {p1:String}), 0), 4 /* later */, 0)) AS marks,
                                CAST(toInt32(endsOn), 'Nullable(Int64)') AS cell_endsOn,
                                CAST(annualFen, 'Nullable(Int64)') AS cell_annualFen,
                                CAST(assetId, 'Nullable(String)') AS cell_assetId,
                                CAST(villageCode, 'Nullable(String)') AS cell_villageCode_or_name,
                                CAST(name, 'Nullable(String)') AS cell_name,
                                CAST(townshipCode, 'Nullable(String)') AS cell_townshipCode,
                                assumeNotNull(CAST(assetId, 'Nullable(String)')) AS k0
                              FROM cur_assets_contract_by_assetId FINAL
                              WHERE assetId IS NOT NULL
                                AND ((ifNull(kind IN ({p0:String}, {p1:String}), 0)))
                            ) AS linked
                            INNER JOIN (
                              SELECT DISTINCT
                                assumeNotNull(CAST(contractId, 'Nullable(String)')) AS scope,
                                assumeNotNull(CAST(assetId, 'Nullable(String)')) AS k0
                              FROM cur_assets_contract FINAL
                              WHERE assetId IS NOT NULL
                            ) AS subjects ON linked.k0 = subjects.k0
                          ) AS r
                          GROUP BY scope, atMs, ord, id, type
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
                            linked.cell_endsOn AS cell_endsOn,
                            linked.cell_annualFen AS cell_annualFen,
                            linked.cell_assetId AS cell_assetId,
                            linked.cell_villageCode_or_name AS cell_villageCode_or_name,
                            linked.cell_name AS cell_name,
                            linked.cell_townshipCode AS cell_townshipCode
                          FROM (
                            SELECT
                              toInt64(atMs) AS atMs,
                              toInt64(0) AS ord,
                              id AS id,
                              toUInt8(0 /* assets.asset */) AS type,
                              toUInt64(version) AS version,
                              toUInt64(streamOffset) AS streamOffset,
                              toString(hash) AS hash,
                              toUInt64(if(ifNull(inUse = {p2:Bool}, 0), 2 /* assetInUse */, 0)) AS marks,
                              CAST(NULL, 'Nullable(Int64)') AS cell_endsOn,
                              CAST(NULL, 'Nullable(Int64)') AS cell_annualFen,
                              CAST(assetId, 'Nullable(String)') AS cell_assetId,
                              CAST(name, 'Nullable(String)') AS cell_villageCode_or_name,
                              CAST(NULL, 'Nullable(String)') AS cell_name,
                              CAST(NULL, 'Nullable(String)') AS cell_townshipCode,
                              assumeNotNull(CAST(assetId, 'Nullable(String)')) AS k0
                            FROM cur_assets_asset FINAL
                            WHERE assetId IS NOT NULL
                              AND ((ifNull(inUse = {p2:Bool}, 0)))
                          ) AS linked
                          INNER JOIN (
                            SELECT DISTINCT
                              assumeNotNull(CAST(contractId, 'Nullable(String)')) AS scope,
                              assumeNotNull(CAST(assetId, 'Nullable(String)')) AS k0
                            FROM cur_assets_contract FINAL
                            WHERE assetId IS NOT NULL
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
    )
    WHERE hit OR due > 0
  )
)
