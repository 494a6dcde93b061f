-- total: A total turns at one of the departures of its rows: sums of what is left, by a window over moments.
-- did "Order Completed" total amount over 100 within the last 30 days
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
    `t2`.`person_id`,
    COALESCE(COALESCE(`t7`.`g0_0_total`, 0) > 100, FALSE) AS `t0`,
    IF(
      COALESCE(COALESCE(`t7`.`g0_0_total`, 0) > 100, FALSE),
      `t10`.`g1_falls`,
      `t10`.`g1_rises`
    ) + INTERVAL '30' DAY + INTERVAL '1' MICROSECOND AS `f0`
  FROM `people` AS `t2`
  LEFT OUTER JOIN (
    SELECT
      `t3`.`key` AS `g0_key`,
      SUM(IF((
        `t3`.`person_id` IS NOT NULL
      ) AND TRUE, `t3`.`amount`, NULL)) AS `g0_0_total`
    FROM (
      SELECT
        `t1`.`order_id`,
        `t1`.`person_id`,
        `t1`.`ordered_on`,
        `t1`.`ordered_at`,
        `t1`.`received_at`,
        `t1`.`amount`,
        `t1`.`currency`,
        `t1`.`item_count`,
        `t1`.`is_return`,
        `t1`.`channel`,
        `t1`.`ordered_at` AS `happened_at`,
        `t1`.`person_id` AS `key`
      FROM `orders` AS `t1`
      WHERE
        NOT (
          `t1`.`is_return`
        )
        AND `t1`.`ordered_on` < MAKE_DATE(2025, 3, 10)
        AND `t1`.`ordered_on` >= MAKE_DATE(2025, 2, 8)
    ) AS `t3`
    GROUP BY
      1
  ) AS `t7`
    ON `t2`.`person_id` = `t7`.`g0_key`
  LEFT OUTER JOIN (
    SELECT
      `t8`.`key` AS `g1_key`,
      MIN(IF(NOT (
        COALESCE(`t8`.`left_total` > 100, FALSE)
      ), `t8`.`happened_at`, NULL)) AS `g1_falls`,
      MIN(IF(COALESCE(`t8`.`left_total` > 100, FALSE), `t8`.`happened_at`, NULL)) AS `g1_rises`
    FROM (
      SELECT
        `t5`.`key`,
        `t5`.`happened_at`,
        `t5`.`total`,
        COALESCE(
          SUM(`t5`.`total`) OVER (
            PARTITION BY `t5`.`key`
            ORDER BY `t5`.`happened_at` DESC
            ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING
          ),
          0
        ) AS `left_total`
      FROM (
        SELECT
          `t4`.`key`,
          `t4`.`happened_at`,
          SUM(IF(`t4`.`happened_at` IS NOT NULL, `t4`.`amount`, NULL)) AS `total`
        FROM (
          SELECT
            `t1`.`order_id`,
            `t1`.`person_id`,
            `t1`.`ordered_on`,
            `t1`.`ordered_at`,
            `t1`.`received_at`,
            `t1`.`amount`,
            `t1`.`currency`,
            `t1`.`item_count`,
            `t1`.`is_return`,
            `t1`.`channel`,
            `t1`.`ordered_at` AS `happened_at`,
            `t1`.`person_id` AS `key`
          FROM `orders` AS `t1`
          WHERE
            NOT (
              `t1`.`is_return`
            )
            AND `t1`.`ordered_on` < MAKE_DATE(2025, 3, 10)
            AND `t1`.`ordered_on` >= MAKE_DATE(2025, 2, 8)
            AND TRUE
        ) AS `t4`
        GROUP BY
          1,
          2
      ) AS `t5`
    ) AS `t8`
    GROUP BY
      1
  ) AS `t10`
    ON `t2`.`person_id` = `t10`.`g1_key`
) AS `t11`
