-- behaviour: Two leaves over two sources: each read once, only its days; people join those who did, not everyone.
-- did "Report Viewed" at least 3 times within the last 30 days and did not "Ticket Opened" within the last 7 days and plan is pro
SELECT
  `t10`.`person_id`
FROM (
  SELECT
    `t9`.`g0_key`,
    `t9`.`g0_0_count`,
    `t3`.`person_id`,
    `t3`.`external_id`,
    `t3`.`name`,
    `t3`.`email`,
    `t3`.`account_id`,
    `t3`.`joined_on`,
    `t3`.`channel`,
    `t3`.`country`,
    `t3`.`plan`,
    `t3`.`referrer_id`,
    `t3`.`traits`,
    `t8`.`g1_key`,
    `t8`.`g1_0_count`
  FROM (
    SELECT
      `t4`.`key` AS `g0_key`,
      COUNT(
        IF(
          (
            `t4`.`person_id` IS NOT NULL
          )
          AND TRUE
          AND (
            `t4`.`name` = 'Report Viewed'
          ),
          1,
          CAST(NULL AS TINYINT)
        )
      ) AS `g0_0_count`
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
        AND `t1`.`name` IN ('Report Viewed')
        AND `t1`.`occurred_on` >= MAKE_DATE(2025, 2, 8)
    ) AS `t4`
    GROUP BY
      1
  ) AS `t9`
  INNER JOIN `people` AS `t3`
    ON `t9`.`g0_key` = `t3`.`person_id`
  LEFT OUTER JOIN (
    SELECT
      `t5`.`key` AS `g1_key`,
      COUNT(IF((
        `t5`.`person_id` IS NOT NULL
      ) AND TRUE, 1, CAST(NULL AS TINYINT))) AS `g1_0_count`
    FROM (
      SELECT
        `t2`.`ticket_id`,
        `t2`.`person_id`,
        `t2`.`topic`,
        `t2`.`priority`,
        `t2`.`opened_on`,
        `t2`.`opened_at`,
        `t2`.`replied_at`,
        `t2`.`resolved_at`,
        `t2`.`opened_at` AS `happened_at`,
        `t2`.`person_id` AS `key`
      FROM `tickets` AS `t2`
      WHERE
        `t2`.`opened_on` < MAKE_DATE(2025, 3, 10)
        AND `t2`.`opened_on` >= MAKE_DATE(2025, 3, 3)
    ) AS `t5`
    GROUP BY
      1
  ) AS `t8`
    ON `t3`.`person_id` = `t8`.`g1_key`
) AS `t10`
WHERE
  COALESCE(`t10`.`g0_0_count`, 0) >= 3
  AND NOT (
    COALESCE(`t10`.`g1_0_count`, 0) >= 1
  )
  AND COALESCE(`t10`.`plan` = 'pro', FALSE)
