<?php
// This file is part of Moodle - https://moodle.org/
//
// Moodle is free software: you can redistribute it and/or modify
// it under the terms of the GNU General Public License as published by
// the Free Software Foundation, either version 3 of the License, or
// (at your option) any later version.
//
// Moodle is distributed in the hope that it will be useful,
// but WITHOUT ANY WARRANTY; without even the implied warranty of
// MERCHANTABILITY or FITNESS FOR A PARTICULAR PURPOSE.  See the
// GNU General Public License for more details.
//
// You should have received a copy of the GNU General Public License
// along with Moodle.  If not, see <https://www.gnu.org/licenses/>.

namespace local_learningpolicy;

use core\event\base;
use stdClass;

/**
 * The events that wait for the adapter. Nothing leaves it undelivered, but by a privacy request.
 *
 * @package    local_learningpolicy
 * @copyright  2026 Omgevingsdienst West-Holland
 * @license    https://www.gnu.org/copyleft/gpl.html GNU GPL v3 or later
 */
final class queue {
    /** @var string The table. */
    public const TABLE = 'local_learningpolicy_queue';

    /** @var int Seconds after which a delivered event is deleted. */
    private const KEPT = 7 * DAYSECS;

    /** @var int Seconds that a new enrolment waits on top of the check's time-out, so that its hold can travel with it. */
    private const CHECK_MARGIN = 3;

    /**
     * Constructor.
     *
     * @param \moodle_database $db
     * @param \core\clock $clock
     * @param configuration $configuration
     */
    public function __construct(
        /** @var \moodle_database The database. */
        private readonly \moodle_database $db,
        /** @var \core\clock The clock. */
        private readonly \core\clock $clock,
        /** @var configuration The settings. */
        private readonly configuration $configuration,
    ) {
    }

    /**
     * Puts an event in the queue, within the transaction that is open.
     *
     * @param base $event
     * @param array|null $held what the check said, when the enrolment has been held already
     */
    public function add(base $event, ?array $held): void {
        $id = \core\uuid::generate();
        $this->db->insert_record(self::TABLE, (object) [
            'eventid' => $id,
            'eventname' => $event->eventname,
            'objectkey' => self::object_key($event->objecttable, $event->objectid),
            'courseid' => (int) $event->courseid,
            'userid' => (int) $event->relateduserid,
            'actorid' => (int) $event->userid,
            'body' => cloud_event::body($event, $id, $held),
            'timecreated' => $event->timecreated,
            'timenext' => $this->clock->time() + ($held === null ? $this->pause_for_check($event) : 0),
        ]);
    }

    /**
     * Tells in the waiting event of a new enrolment that the plugin held it.
     *
     * Once an attempt has begun the body must stay as it is; then the event of the suspension itself tells it.
     *
     * @param int $userenrolmentid
     * @param array $held
     * @return bool whether such an event waited
     */
    public function attach_held(int $userenrolmentid, array $held): bool {
        $rows = $this->db->get_records(self::TABLE, [
            'objectkey' => self::object_key('user_enrolments', $userenrolmentid),
            'eventname' => '\core\event\user_enrolment_created',
            'timedelivered' => 0,
            'attempts' => 0,
        ]);
        foreach ($rows as $row) {
            $this->db->set_field(
                self::TABLE,
                'body',
                cloud_event::with_held($row->body, $held),
                ['id' => $row->id, 'attempts' => 0],
            );
            $this->db->set_field(self::TABLE, 'timenext', $this->clock->time(), ['id' => $row->id, 'attempts' => 0]);
        }
        return $rows !== [];
    }

    /**
     * Ids of the events that may be sent now, oldest first.
     *
     * An event waits for earlier events of the same object, until those have failed for some ten hours.
     *
     * @param int $limit
     * @return int[]
     */
    public function due(int $limit): array {
        $sql = "SELECT q.id
                  FROM {" . self::TABLE . "} q
                 WHERE q.timedelivered = 0
                   AND q.timenext <= :now
                   AND NOT EXISTS (
                           SELECT 1
                             FROM {" . self::TABLE . "} earlier
                            WHERE earlier.objectkey = q.objectkey
                              AND earlier.timedelivered = 0
                              AND earlier.id < q.id
                              AND earlier.attempts < :inorder
                       )
              ORDER BY q.id";
        $params = ['now' => $this->clock->time(), 'inorder' => retry_schedule::ATTEMPTS_IN_ORDER];
        return array_map('intval', array_keys($this->db->get_records_sql($sql, $params, 0, $limit)));
    }

    /**
     * One event that waits.
     *
     * @param int $id
     * @return stdClass|null null when it has been delivered, or is gone
     */
    public function waiting(int $id): ?stdClass {
        return $this->db->get_record(self::TABLE, ['id' => $id, 'timedelivered' => 0]) ?: null;
    }

    /**
     * Counts an attempt before it is made, so that a process that dies has it planned again as well.
     *
     * @param stdClass $row
     */
    public function begin_attempt(stdClass $row): void {
        $row->attempts++;
        $row->timeattempted = $this->clock->time();
        $row->timenext = $row->timeattempted + retry_schedule::delay_after($row->attempts);
        $this->db->update_record(self::TABLE, (object) [
            'id' => $row->id,
            'attempts' => $row->attempts,
            'timeattempted' => $row->timeattempted,
            'timenext' => $row->timenext,
        ]);
    }

    /**
     * Writes down how an attempt ended.
     *
     * @param stdClass $row
     * @param answer $answer
     */
    public function end_attempt(stdClass $row, answer $answer): void {
        $this->db->update_record(self::TABLE, (object) [
            'id' => $row->id,
            'httpstatus' => $answer->status,
            'timedelivered' => $answer->is_ok() ? $this->clock->time() : 0,
            'lasterror' => $answer->is_ok() ? null : $answer->explanation(),
        ]);
    }

    /**
     * Makes the events that failed through no fault of their own due at once: the adapter answers again.
     */
    public function resume_after_outage(): void {
        [$insql, $params] = $this->db->get_in_or_equal(answer::OUTAGE, SQL_PARAMS_NAMED);
        $this->make_due("httpstatus {$insql} AND attempts > 0", $params);
    }

    /**
     * Makes every waiting event due at once.
     */
    public function make_all_due(): void {
        $this->make_due('1 = 1', []);
    }

    /**
     * How many events wait.
     *
     * @return int
     */
    public function count_waiting(): int {
        return $this->db->count_records(self::TABLE, ['timedelivered' => 0]);
    }

    /**
     * When the oldest waiting event happened; 0 when none waits.
     *
     * @return int
     */
    public function oldest_waiting(): int {
        return (int) $this->db->get_field_select(self::TABLE, 'MIN(timecreated)', 'timedelivered = 0');
    }

    /**
     * Why the last attempt failed, of the events that still wait; empty when none failed.
     *
     * @return string
     */
    public function last_error(): string {
        $rows = $this->db->get_records_select(
            self::TABLE,
            'timedelivered = 0 AND attempts > 0',
            [],
            'timeattempted DESC, id DESC',
            'id, lasterror',
            0,
            1,
        );
        return (string) (reset($rows)->lasterror ?? '');
    }

    /**
     * Deletes what was delivered long enough ago.
     */
    public function delete_old(): void {
        $this->db->delete_records_select(
            self::TABLE,
            'timedelivered > 0 AND timedelivered < :before',
            ['before' => $this->clock->time() - self::KEPT],
        );
    }

    /**
     * Makes waiting events due at once.
     *
     * @param string $select
     * @param array $params
     */
    private function make_due(string $select, array $params): void {
        $now = $this->clock->time();
        $this->db->set_field_select(
            self::TABLE,
            'timenext',
            $now,
            "timedelivered = 0 AND timenext > :now AND {$select}",
            $params + ['now' => $now],
        );
    }

    /**
     * How long a new enrolment waits, because the check may still hold it.
     *
     * @param base $event
     * @return int seconds
     */
    private function pause_for_check(base $event): int {
        $iscreated = $event->eventname === '\core\event\user_enrolment_created';
        return $iscreated && $this->configuration->can_check() ? $this->configuration->check_timeout() + self::CHECK_MARGIN : 0;
    }

    /**
     * What an event is about. Its events are delivered in their order.
     *
     * @param string|null $table
     * @param int|string|null $id
     * @return string
     */
    private static function object_key(?string $table, int|string|null $id): string {
        return "{$table}:{$id}";
    }
}
