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
 * Places holds: an enrolment on hold is suspended, whatever its method, and stays where it is otherwise.
 *
 * Which enrolments the plugin suspended is kept in a table of its own, as data for the adapter: the event alone could be lost
 * with a backup.
 *
 * @package    local_learningpolicy
 * @copyright  2026 Omgevingsdienst West-Holland
 * @license    https://www.gnu.org/copyleft/gpl.html GNU GPL v3 or later
 */
final class holds {
    /** @var string The table. */
    public const TABLE = 'local_learningpolicy_held';

    /** @var array What the coming events must tell, by event name and enrolment id. */
    private array $totell = [];

    /**
     * Constructor.
     *
     * @param \moodle_database $db
     * @param \core\clock $clock
     * @param queue $queue
     */
    public function __construct(
        /** @var \moodle_database The database. */
        private readonly \moodle_database $db,
        /** @var \core\clock The clock. */
        private readonly \core\clock $clock,
        /** @var queue The queue. */
        private readonly queue $queue,
    ) {
    }

    /**
     * Suspends an enrolment that was just made.
     *
     * @param stdClass $instance the enrolment instance
     * @param stdClass $enrolment the row of user_enrolments
     * @param hold_reason $reason
     */
    public function place(stdClass $instance, stdClass $enrolment, hold_reason $reason): void {
        $plugin = enrol_get_plugin($instance->enrol);
        if (!$plugin) {
            throw new \moodle_exception('enrolmethodgone', 'local_learningpolicy', '', $instance->enrol);
        }
        $held = $reason->for_event();
        if (!$this->queue->attach_held($enrolment->id, $held)) {
            // An enrolment that another event brought about, as with a cohort: its own event is dispatched after this.
            $this->totell['\core\event\user_enrolment_created'][$enrolment->id] = $held;
        }
        $this->totell['\core\event\user_enrolment_updated'][$enrolment->id] = $held;
        // Written first: a row here whose enrolment is active counts as no hold. A transaction of our own could not be rolled
        // back without taking the user's own action along.
        $this->record($instance, $enrolment);
        $plugin->update_user_enrol($instance, $enrolment->userid, ENROL_USER_SUSPENDED);
    }

    /**
     * Keeps an enrolment suspended that is about to be made active.
     *
     * @param stdClass $instance the enrolment instance
     * @param stdClass $enrolment the row of user_enrolments as it is about to be written
     * @param hold_reason $reason
     */
    public function keep(stdClass $instance, stdClass $enrolment, hold_reason $reason): void {
        $this->totell['\core\event\user_enrolment_updated'][$enrolment->id] = $reason->for_event();
        $this->record($instance, $enrolment);
        // Moodle writes this object to the database when the hook returns.
        $enrolment->status = ENROL_USER_SUSPENDED;
    }

    /**
     * What an event must tell about a hold, once.
     *
     * @param base $event
     * @return array|null
     */
    public function take_what_to_tell(base $event): ?array {
        $held = $this->totell[$event->eventname][$event->objectid] ?? null;
        unset($this->totell[$event->eventname][$event->objectid]);
        return $held;
    }

    /**
     * Forgets that the plugin held an enrolment: it is active again, or gone.
     *
     * @param int $userenrolmentid
     */
    public function forget(int $userenrolmentid): void {
        $this->db->delete_records(self::TABLE, ['userenrolmentid' => $userenrolmentid]);
    }

    /**
     * Forgets the hold of an enrolment that somebody made active.
     *
     * @param int $userenrolmentid
     */
    public function forget_if_active(int $userenrolmentid): void {
        if ($this->db->record_exists('user_enrolments', ['id' => $userenrolmentid, 'status' => ENROL_USER_ACTIVE])) {
            $this->forget($userenrolmentid);
        }
    }

    /**
     * Writes down that the plugin holds an enrolment; the first moment stays.
     *
     * @param stdClass $instance
     * @param stdClass $enrolment
     */
    private function record(stdClass $instance, stdClass $enrolment): void {
        if ($this->db->record_exists(self::TABLE, ['userenrolmentid' => $enrolment->id])) {
            return;
        }
        $this->db->insert_record(self::TABLE, (object) [
            'userenrolmentid' => $enrolment->id,
            'userid' => $enrolment->userid,
            'courseid' => $instance->courseid,
            'timeheld' => $this->clock->time(),
        ]);
    }
}
