-- one_pass: Two leaves over the same events: one pass, the days first, one conditional aggregate.
-- did X at least 3 times within the last 30 days and did not Y within the last 7 days
SELECT
  "t6"."person_id"
FROM (
  SELECT
    "t5"."g0_key",
    "t5"."g0_0_count",
    "t5"."g0_1_count",
    "t2"."person_id",
    "t2"."external_id",
    "t2"."name",
    "t2"."email",
    "t2"."account_id",
    "t2"."joined_on",
    "t2"."channel",
    "t2"."country",
    "t2"."plan",
    "t2"."referrer_id",
    "t2"."traits"
  FROM (
    SELECT
      "t3"."key" AS "g0_key",
      COUNT(
        CASE
          WHEN (
            "t3"."person_id" IS NOT NULL
          ) AND TRUE AND (
            "t3"."name" = 'X'
          )
          THEN 1
          ELSE CAST(NULL AS TINYINT)
        END
      ) AS "g0_0_count",
      COUNT(
        CASE
          WHEN (
            "t3"."person_id" IS NOT NULL
          )
          AND (
            "t3"."occurred_on" >= MAKE_DATE(2025, 3, 3)
          )
          AND TRUE
          AND (
            "t3"."name" = 'Y'
          )
          THEN 1
          ELSE CAST(NULL AS TINYINT)
        END
      ) AS "g0_1_count"
    FROM (
      SELECT
        "t1"."person_id",
        "t1"."name",
        "t1"."occurred_on",
        "t1"."occurred_at",
        "t1"."received_at",
        "t1"."account_id",
        "t1"."object_id",
        "t1"."amount",
        "t1"."properties",
        "t1"."occurred_at" AS "happened_at",
        "t1"."person_id" AS "key"
      FROM "events" AS "t1"
      WHERE
        "t1"."occurred_on" < MAKE_DATE(2025, 3, 10)
        AND "t1"."name" IN ('X', 'Y')
        AND "t1"."occurred_on" >= MAKE_DATE(2025, 2, 8)
    ) AS "t3"
    GROUP BY
      1
  ) AS "t5"
  INNER JOIN "people" AS "t2"
    ON "t5"."g0_key" = "t2"."person_id"
) AS "t6"
WHERE
  COALESCE("t6"."g0_0_count", 0) >= 3
  AND NOT (
    COALESCE("t6"."g0_1_count", 0) >= 1
  )
