-- sequence: The next second event by one ordered pass over the union; no self-join.
-- did "Signed Up" then not "Order Completed" within 7 days
SELECT
  `t11`.`person_id`,
  `t11`.`t0` AS `is_member`,
  IF(
    COALESCE(`t11`.`f0`, CAST('9999-01-01 00:00:00' AS TIMESTAMP)) < CAST('9999-01-01 00:00:00' AS TIMESTAMP),
    GREATEST(
      COALESCE(`t11`.`f0`, CAST('9999-01-01 00:00:00' AS TIMESTAMP)),
      CAST('2025-03-10 00:00:00.000001' AS TIMESTAMP)
    ),
    CAST(NULL AS TIMESTAMP)
  ) AS `next_flip_at`
FROM (
  SELECT
    `t3`.`person_id`,
    `t10`.`g0_counts` IS NOT NULL AS `t0`,
    IF(
      `t10`.`g0_counts` IS NOT NULL,
      CAST(NULL AS TIMESTAMP),
      `t10`.`g0_waits` + INTERVAL '7' DAY + INTERVAL '1' MICROSECOND
    ) AS `f0`
  FROM `people` AS `t3`
  LEFT OUTER JOIN (
    SELECT
      `t8`.`key` AS `g0_key`,
      MAX(
        IF(
          NOT (
            COALESCE(`t8`.`next_at` <= (
              `t8`.`happened_at` + INTERVAL '7' DAY
            ), FALSE)
          )
          AND (
            (
              `t8`.`happened_at` + INTERVAL '7' DAY
            ) < CAST('2025-03-10 00:00:00' AS TIMESTAMP)
          ),
          `t8`.`happened_at`,
          NULL
        )
      ) AS `g0_counts`,
      MIN(
        IF(
          NOT (
            COALESCE(`t8`.`next_at` <= (
              `t8`.`happened_at` + INTERVAL '7' DAY
            ), FALSE)
          )
          AND NOT (
            (
              `t8`.`happened_at` + INTERVAL '7' DAY
            ) < CAST('2025-03-10 00:00:00' AS TIMESTAMP)
          ),
          `t8`.`happened_at`,
          NULL
        )
      ) AS `g0_waits`
    FROM (
      SELECT
        *
      FROM (
        SELECT
          `t6`.`key`,
          `t6`.`happened_at`,
          `t6`.`is_first`,
          `t6`.`then_at`,
          MIN(`t6`.`then_at`) OVER (
            PARTITION BY `t6`.`key`
            ORDER BY `t6`.`happened_at` ASC NULLS LAST, `t6`.`is_first` ASC NULLS LAST
            ROWS BETWEEN 1 FOLLOWING AND UNBOUNDED FOLLOWING
          ) AS `next_at`
        FROM (
          SELECT
            *
          FROM (
            SELECT
              `t1`.`person_id` AS `key`,
              `t1`.`occurred_at` AS `happened_at`,
              TRUE AS `is_first`,
              CAST(NULL AS TIMESTAMP) AS `then_at`
            FROM `events` AS `t1`
            WHERE
              `t1`.`occurred_on` < MAKE_DATE(2025, 3, 10) AND TRUE AND `t1`.`name` = 'Signed Up'
          ) AS `t4`
          UNION ALL
          SELECT
            *
          FROM (
            SELECT
              `t2`.`person_id` AS `key`,
              `t2`.`ordered_at` AS `happened_at`,
              FALSE AS `is_first`,
              `t2`.`ordered_at` AS `then_at`
            FROM `orders` AS `t2`
            WHERE
              NOT (
                `t2`.`is_return`
              ) AND `t2`.`ordered_on` < MAKE_DATE(2025, 3, 10)
          ) AS `t5`
        ) AS `t6`
      ) AS `t7`
      WHERE
        `t7`.`is_first`
    ) AS `t8`
    GROUP BY
      1
  ) AS `t10`
    ON `t3`.`person_id` = `t10`.`g0_key`
) AS `t11`
