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

use core\event\user_enrolment_deleted;

/**
 * Keeps what Moodle itself forgets: which enrolments were removed, and when.
 *
 * @package    local_learningpolicy
 * @copyright  2026 Omgevingsdienst West-Holland
 * @license    https://www.gnu.org/copyleft/gpl.html GNU GPL v3 or later
 */
final class removed_enrolments {
    /** @var string The table. */
    public const TABLE = 'local_learningpolicy_removed';

    /** @var int Seconds that a removed enrolment is kept: a calendar year of learning hours, and the month in which it is closed. */
    private const KEPT = 400 * DAYSECS;

    /**
     * Constructor.
     *
     * @param \moodle_database $db
     * @param \core\clock $clock
     */
    public function __construct(
        /** @var \moodle_database The database. */
        private readonly \moodle_database $db,
        /** @var \core\clock The clock. */
        private readonly \core\clock $clock,
    ) {
    }

    /**
     * Writes down an enrolment that was just removed.
     *
     * @param user_enrolment_deleted $event
     */
    public function add(user_enrolment_deleted $event): void {
        $enrolment = (object) $event->other['userenrolment'];
        $this->db->insert_record(self::TABLE, (object) [
            'userenrolmentid' => $event->objectid,
            'userid' => $event->relateduserid,
            'courseid' => $event->courseid,
            'enrolid' => $enrolment->enrolid,
            'method' => $event->other['enrol'],
            'timestart' => $enrolment->timestart ?? 0,
            'timeend' => $enrolment->timeend ?? 0,
            'timecreated' => $enrolment->timecreated ?? 0,
            'timemodified' => $enrolment->timemodified ?? 0,
            'timeremoved' => $event->timecreated,
        ]);
    }

    /**
     * Deletes what was removed long enough ago.
     */
    public function delete_old(): void {
        $this->db->delete_records_select(self::TABLE, 'timeremoved < :before', ['before' => $this->clock->time() - self::KEPT]);
    }
}
