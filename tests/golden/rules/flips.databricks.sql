-- flips: Everyone, with the moment when time alone changes the answer: last event plus window, composed by least and greatest.
-- did X within the last 30 days and not joined_on within the last 7 days
SELECT
  `t8`.`person_id`,
  `t8`.`n2` AS `is_member`,
  IF(
    `t8`.`m2` < CAST('9999-01-01 00:00:00' AS TIMESTAMP),
    GREATEST(`t8`.`m2`, CAST('2025-03-10 00:00:00.000001' AS TIMESTAMP)),
    CAST(NULL AS TIMESTAMP)
  ) AS `next_flip_at`
FROM (
  SELECT
    `t7`.`person_id`,
    `t7`.`t0`,
    `t7`.`t1`,
    `t7`.`f0`,
    `t7`.`f1`,
    `t7`.`n1`,
    `t7`.`n2`,
    IF(
      NOT (
        `t7`.`n2`
      ),
      GREATEST(
        IF(NOT (
          `t7`.`t0`
        ), `t7`.`f0`, CAST('0001-01-02 00:00:00' AS TIMESTAMP)),
        IF(NOT (
          `t7`.`n1`
        ), `t7`.`f1`, CAST('0001-01-02 00:00:00' AS TIMESTAMP))
      ),
      LEAST(`t7`.`f0`, `t7`.`f1`)
    ) AS `m2`
  FROM (
    SELECT
      `t6`.`person_id`,
      `t6`.`t0`,
      `t6`.`t1`,
      COALESCE(`t6`.`f0`, CAST('9999-01-01 00:00:00' AS TIMESTAMP)) AS `f0`,
      COALESCE(`t6`.`f1`, CAST('9999-01-01 00:00:00' AS TIMESTAMP)) AS `f1`,
      NOT (
        `t6`.`t1`
      ) AS `n1`,
      `t6`.`t0` AND NOT (
        `t6`.`t1`
      ) AS `n2`
    FROM (
      SELECT
        `t2`.`person_id`,
        COALESCE(`t5`.`g0_0_count`, 0) >= 1 AS `t0`,
        COALESCE(
          (
            `t2`.`joined_on` >= MAKE_DATE(2025, 3, 3)
          )
          AND (
            `t2`.`joined_on` < MAKE_DATE(2025, 3, 10)
          ),
          FALSE
        ) AS `t1`,
        `t5`.`g0_0_last` + INTERVAL '30' DAY + INTERVAL '1' MICROSECOND AS `f0`,
        CASE
          WHEN CAST(`t2`.`joined_on` AS TIMESTAMP) >= CAST('2025-03-10 00:00:00' AS TIMESTAMP)
          THEN CAST(`t2`.`joined_on` AS TIMESTAMP) + INTERVAL '1' MICROSECOND
          WHEN (
            CAST(`t2`.`joined_on` AS TIMESTAMP) + INTERVAL '7' DAY + INTERVAL '1' MICROSECOND
          ) > CAST('2025-03-10 00:00:00' AS TIMESTAMP)
          THEN CAST(`t2`.`joined_on` AS TIMESTAMP) + INTERVAL '7' DAY + INTERVAL '1' MICROSECOND
          ELSE NULL
        END AS `f1`
      FROM `people` AS `t2`
      LEFT OUTER JOIN (
        SELECT
          `t3`.`key` AS `g0_key`,
          COUNT(
            IF(
              (
                `t3`.`person_id` IS NOT NULL
              ) AND TRUE AND (
                `t3`.`name` = 'X'
              ),
              1,
              CAST(NULL AS TINYINT)
            )
          ) AS `g0_0_count`,
          MAX(
            IF(
              (
                `t3`.`person_id` IS NOT NULL
              ) AND TRUE AND (
                `t3`.`name` = 'X'
              ),
              `t3`.`happened_at`,
              NULL
            )
          ) AS `g0_0_last`
        FROM (
          SELECT
            `t1`.`person_id`,
            `t1`.`name`,
            `t1`.`occurred_on`,
            `t1`.`occurred_at`,
            `t1`.`received_at`,
            `t1`.`account_id`,
            `t1`.`object_id`,
            `t1`.`amount`,
            `t1`.`properties`,
            `t1`.`occurred_at` AS `happened_at`,
            `t1`.`person_id` AS `key`
          FROM `events` AS `t1`
          WHERE
            `t1`.`occurred_on` < MAKE_DATE(2025, 3, 10)
            AND `t1`.`name` IN ('X')
            AND `t1`.`occurred_on` >= MAKE_DATE(2025, 2, 8)
        ) AS `t3`
        GROUP BY
          1
      ) AS `t5`
        ON `t2`.`person_id` = `t5`.`g0_key`
    ) AS `t6`
  ) AS `t7`
) AS `t8`
