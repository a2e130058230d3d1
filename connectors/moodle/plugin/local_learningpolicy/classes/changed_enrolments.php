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

use stdClass;

/**
 * Enrolments as data, in the order in which they changed.
 *
 * @package    local_learningpolicy
 * @copyright  2026 Omgevingsdienst West-Holland
 * @license    https://www.gnu.org/copyleft/gpl.html GNU GPL v3 or later
 */
final class changed_enrolments {
    /** @var string[] The numbers of a row, with the name that each has in the answer. */
    private const NUMBERS = [
        'id',
        'userid',
        'courseid',
        'enrolid',
        'timestart',
        'timeend',
        'timecreated',
        'timemodified',
        'timecompleted',
        'heldat',
        'changed',
    ];

    /**
     * Constructor.
     *
     * @param \moodle_database $db
     */
    public function __construct(
        /** @var \moodle_database The database. */
        private readonly \moodle_database $db,
    ) {
    }

    /**
     * One page: what changed after a moment, or at it with a higher id. Deleted users and the front page are left out.
     *
     * @param int $since
     * @param int $after
     * @param int $limit
     * @param int $courseid 0 for all
     * @param int $userid 0 for all
     * @return array[]
     */
    public function page(int $since, int $after, int $limit, int $courseid, int $userid): array {
        [$present, $presentparams] = $this->present($courseid, $userid);
        [$removed, $removedparams] = $this->removed($courseid, $userid);
        $sql = "SELECT c.*
                  FROM ({$present} UNION ALL {$removed}) c
                 WHERE c.changed > :since OR (c.changed = :samesince AND c.id > :after)
              ORDER BY c.changed, c.id";
        $params = $presentparams + $removedparams + ['since' => $since, 'samesince' => $since, 'after' => $after];
        $rows = [];
        $recordset = $this->db->get_recordset_sql($sql, $params, 0, $limit);
        foreach ($recordset as $row) {
            $rows[] = self::row($row);
        }
        $recordset->close();
        return $rows;
    }

    /**
     * Enrolments that are there.
     *
     * @param int $courseid
     * @param int $userid
     * @return array SQL and its parameters
     */
    private function present(int $courseid, int $userid): array {
        [$where, $params] = self::narrow('e.courseid', 'ue.userid', 'present', $courseid, $userid);
        $sql = "SELECT ue.id, ue.userid, e.courseid, ue.enrolid, e.enrol AS method,
                       ue.status, e.status AS instancestatus, 0 AS removed,
                       ue.timestart, ue.timeend, ue.timecreated, ue.timemodified,
                       COALESCE(cc.timecompleted, 0) AS timecompleted,
                       CASE WHEN ue.status = :suspended THEN COALESCE(h.timeheld, 0) ELSE 0 END AS heldat,
                       CASE WHEN COALESCE(cc.timecompleted, 0) > ue.timemodified
                            THEN cc.timecompleted ELSE ue.timemodified END AS changed
                  FROM {user_enrolments} ue
                  JOIN {enrol} e ON e.id = ue.enrolid
                  JOIN {user} u ON u.id = ue.userid AND u.deleted = 0
             LEFT JOIN {course_completions} cc ON cc.userid = ue.userid AND cc.course = e.courseid
             LEFT JOIN {" . holds::TABLE . "} h ON h.userenrolmentid = ue.id AND h.userid = ue.userid
                 WHERE {$where}";
        return [$sql, $params + ['suspended' => ENROL_USER_SUSPENDED]];
    }

    /**
     * Enrolments that were removed.
     *
     * @param int $courseid
     * @param int $userid
     * @return array SQL and its parameters
     */
    private function removed(int $courseid, int $userid): array {
        [$where, $params] = self::narrow('r.courseid', 'r.userid', 'removed', $courseid, $userid);
        $sql = "SELECT r.userenrolmentid AS id, r.userid, r.courseid, r.enrolid, r.method,
                       0 AS status, 1 AS instancestatus, 1 AS removed,
                       r.timestart, r.timeend, r.timecreated, r.timemodified,
                       COALESCE(cc.timecompleted, 0) AS timecompleted,
                       0 AS heldat,
                       CASE WHEN COALESCE(cc.timecompleted, 0) > r.timeremoved
                            THEN cc.timecompleted ELSE r.timeremoved END AS changed
                  FROM {" . removed_enrolments::TABLE . "} r
                  JOIN {user} u ON u.id = r.userid AND u.deleted = 0
             LEFT JOIN {course_completions} cc ON cc.userid = r.userid AND cc.course = r.courseid
                 WHERE {$where}";
        return [$sql, $params];
    }

    /**
     * The condition that leaves the front page out, and narrows to a course or a user.
     *
     * @param string $coursefield
     * @param string $userfield
     * @param string $prefix of the parameters' names
     * @param int $courseid
     * @param int $userid
     * @return array SQL and its parameters
     */
    private static function narrow(string $coursefield, string $userfield, string $prefix, int $courseid, int $userid): array {
        $where = ["{$coursefield} <> :{$prefix}siteid"];
        $params = ["{$prefix}siteid" => SITEID];
        if ($courseid) {
            $where[] = "{$coursefield} = :{$prefix}courseid";
            $params["{$prefix}courseid"] = $courseid;
        }
        if ($userid) {
            $where[] = "{$userfield} = :{$prefix}userid";
            $params["{$prefix}userid"] = $userid;
        }
        return [implode(' AND ', $where), $params];
    }

    /**
     * A row as it is given.
     *
     * @param stdClass $row
     * @return array
     */
    private static function row(stdClass $row): array {
        $given = [];
        foreach (self::NUMBERS as $name) {
            $given[$name] = (int) $row->$name;
        }
        $given['method'] = $row->method;
        $given['status'] = match (true) {
            (bool) $row->removed => 'removed',
            $row->status == ENROL_USER_ACTIVE => 'active',
            default => 'suspended',
        };
        $given['instanceenabled'] = $row->instancestatus == ENROL_INSTANCE_ENABLED;
        return $given;
    }
}
