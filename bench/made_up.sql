-- Cases of made-up months with their histories. Parameters: since, span, cases, after (their keys follow it),
-- now (as they stand then), topics and channels (the most used first), desk (its unit), year, lines (of history
-- more), closed (the share that ever is).
CREATE TEMP TABLE made_up ON COMMIT DROP AS
WITH topic AS (
    SELECT code, unit, coalesce(hours, working_days * 34) * interval '1 hour' AS promise,
        row_number() OVER (ORDER BY array_position(CAST(:topics AS text[]), code) NULLS LAST, md5(code)) AS n
    FROM topics
), place AS (
    SELECT district AS name, min(code) AS unit, row_number() OVER (ORDER BY md5(district)) AS n
    FROM units WHERE district IS NOT NULL GROUP BY district
), chance AS (
    SELECT g + :after AS id, CAST(:since AS timestamptz) + random() * CAST(:span AS interval) AS opened_at,
        floor(power(random(), 2.5) * (SELECT count(*) FROM topic)) + 1 AS topic,
        floor(power(random(), 1.5) * (SELECT count(*) FROM place)) + 1 AS place,
        (CAST(:channels AS text[]))[1 + floor(power(random(), 2) * cardinality(CAST(:channels AS text[])))]
            AS channel,
        -ln(1 - random()) AS took, random() AS ends, random() AS odd, random() AS other
    FROM generate_series(1, :cases) g
)
SELECT c.id, c.opened_at, c.channel, c.odd, c.other, t.code AS topic, p.name AS district,
    coalesce(u.code, p.unit, :desk) AS first_unit, coalesce(u.code, p.unit, :desk) AS unit,
    c.opened_at + t.promise AS due_at, interval '0' AS more,
    CASE WHEN c.ends < :closed THEN c.opened_at + c.took * 0.45 * t.promise END AS closed_at,
    CASE WHEN c.ends < 0.08 THEN 'rejected' ELSE 'resolved' END AS outcome,
    CAST(NULL AS timestamptz) AS passed_at, CAST(NULL AS timestamptz) AS reopened_at,
    CAST(NULL AS timestamptz) AS extended_at
FROM chance c
JOIN topic t ON t.n = c.topic JOIN place p ON p.n = c.place LEFT JOIN units u ON u.code = t.unit;

UPDATE made_up SET closed_at = NULL WHERE closed_at >= :now;

-- A few are passed to another unit, given time, or opened again.
UPDATE made_up m SET passed_at = opened_at + other * interval '6 days', unit = (
    SELECT code FROM units ORDER BY code OFFSET floor(m.other * (SELECT count(*) FROM units)) LIMIT 1)
WHERE odd < 0.06 AND opened_at + other * interval '6 days' < least(:now, coalesce(closed_at, :now));

UPDATE made_up SET reopened_at = closed_at + other * interval '9 days'
WHERE odd BETWEEN 0.06 AND 0.09 AND closed_at + other * interval '9 days' < :now;

UPDATE made_up SET extended_at = due_at - interval '1 hour', more = interval '4 days'
WHERE odd BETWEEN 0.09 AND 0.13 AND closed_at > due_at AND due_at - interval '1 hour' > opened_at;

INSERT INTO cases (id, number, security_number, channel, kind, topic, unit, state, priority, confidentiality,
    subject, district, needs_review, confidence, classifier, reasons, alternatives, opened_at, promised_at,
    legal_due_at, due_at, closed_at, extended_at)
SELECT id, :year || '-' || lpad(CAST(id AS text), 7, '0') || '-0', '', channel, 'complaint', topic, unit,
    CASE WHEN reopened_at IS NOT NULL THEN 'reopened' WHEN closed_at IS NOT NULL THEN outcome
        ELSE 'assigned' END,
    'normal', 'public', '', district, false, 0.9, 'made-up', '[]', '[]', opened_at, due_at + more,
    opened_at + interval '30 days', due_at + more, CASE WHEN reopened_at IS NULL THEN closed_at END, extended_at
FROM made_up;

INSERT INTO case_events (case_id, at, actor, kind, detail)
SELECT id, at, 'made-up', kind, CAST(detail AS jsonb) FROM (
    SELECT id, opened_at AS at, 0 AS n, 'opened' AS kind, json_build_object('channel', channel) AS detail
    FROM made_up
    UNION ALL
    SELECT id, opened_at, 1, 'assigned', json_build_object('unit', first_unit, 'topic', topic) FROM made_up
    UNION ALL
    SELECT id, opened_at + interval '1 minute', 1 + n, 'notice_sent', json_build_object('notice', n)
    FROM made_up, generate_series(1, :lines) n
    UNION ALL
    SELECT id, passed_at, 50, 'assigned', json_build_object('unit', unit, 'topic', topic)
    FROM made_up WHERE passed_at IS NOT NULL
    UNION ALL
    SELECT id, extended_at, 60, 'extended', json_build_object('from', due_at, 'to', due_at + more)
    FROM made_up WHERE extended_at IS NOT NULL
    UNION ALL
    SELECT id, closed_at, 70, 'state_changed', json_build_object('from', 'assigned', 'to', outcome)
    FROM made_up WHERE closed_at IS NOT NULL
    UNION ALL
    SELECT id, reopened_at, 80, 'state_changed', json_build_object('from', outcome, 'to', 'reopened')
    FROM made_up WHERE reopened_at IS NOT NULL
) lines ORDER BY at, id, n;

DROP TABLE made_up;
