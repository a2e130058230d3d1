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

/**
 * The enrolment on hold of the one who is looking, in one course, and why.
 *
 * @package    local_learningpolicy
 * @copyright  2026 Omgevingsdienst West-Holland
 * @license    https://www.gnu.org/copyleft/gpl.html GNU GPL v3 or later
 */
final class held_enrolment {
    /**
     * Constructor.
     *
     * @param \moodle_database $db
     * @param enrolment_check $check
     */
    public function __construct(
        /** @var \moodle_database The database. */
        private readonly \moodle_database $db,
        /** @var enrolment_check The question to the adapter. */
        private readonly enrolment_check $check,
    ) {
    }

    /**
     * Why somebody cannot open a course in which he is enrolled.
     *
     * The adapter is asked anew: what was missing when he enrolled may be there by now. What a person suspended, and the adapter
     * would not hold, is no hold.
     *
     * @param int $courseid
     * @param int $userid
     * @return hold_reason|null null when he is not on hold there
     */
    public function reason(int $courseid, int $userid): ?hold_reason {
        $suspended = $this->suspended($courseid, $userid);
        if ($suspended === null) {
            return null;
        }
        $reason = $this->check->reason_to_hold($courseid, $userid, $suspended->timecreated);
        if ($reason === null && $suspended->timeheld) {
            // The adapter did not answer, or its release is under way: the hold still stands.
            return new hold_reason([], null);
        }
        return $reason;
    }

    /**
     * The newest suspended enrolment of somebody without an active one.
     *
     * @param int $courseid
     * @param int $userid
     * @return \stdClass|null
     */
    private function suspended(int $courseid, int $userid): ?\stdClass {
        $rows = $this->db->get_records_sql(
            'SELECT ue.id, ue.status, ue.timecreated, h.timeheld
               FROM {user_enrolments} ue
               JOIN {enrol} e ON e.id = ue.enrolid
          LEFT JOIN {local_learningpolicy_held} h ON h.userenrolmentid = ue.id
              WHERE e.courseid = :courseid AND ue.userid = :userid AND e.status = :enabled
           ORDER BY ue.timecreated, ue.id',
            ['courseid' => $courseid, 'userid' => $userid, 'enabled' => ENROL_INSTANCE_ENABLED],
        );
        $active = array_filter($rows, fn($row) => $row->status == ENROL_USER_ACTIVE);
        return $active || !$rows ? null : end($rows);
    }
}
