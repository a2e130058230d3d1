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
 * Where an enrolment passes on its way to active: the adapter is asked, and may have it held.
 *
 * @package    local_learningpolicy
 * @copyright  2026 Omgevingsdienst West-Holland
 * @license    https://www.gnu.org/copyleft/gpl.html GNU GPL v3 or later
 */
final class gate {
    /** @var int Seconds within which an enrolment was made to count as new. */
    private const NEW_WITHIN = 10;

    /** @var bool Whether the adapter itself is setting a status, so that there is nothing to ask. */
    private bool $standsaside = false;

    /**
     * Constructor.
     *
     * @param enrolment_check $check
     * @param holds $holds
     * @param hold_notice $notice
     */
    public function __construct(
        /** @var enrolment_check The question to the adapter. */
        private readonly enrolment_check $check,
        /** @var holds The holds. */
        private readonly holds $holds,
        /** @var hold_notice What people are told. */
        private readonly hold_notice $notice,
    ) {
    }

    /**
     * Somebody has just been enrolled.
     *
     * Moodle also says so of a repeat of an enrolment that existed. That one passed here before, and may have been released since.
     *
     * @param stdClass $instance the enrolment instance
     * @param stdClass $enrolment the row of user_enrolments
     */
    public function enrolled(stdClass $instance, stdClass $enrolment): void {
        $isnew = time() - $enrolment->timecreated <= self::NEW_WITHIN;
        if (!$isnew || $enrolment->status != ENROL_USER_ACTIVE || $this->is_adapter()) {
            return;
        }
        $reason = $this->check->reason_to_hold($instance->courseid, $enrolment->userid, $enrolment->timecreated);
        if ($reason === null) {
            return;
        }
        $this->holds->place($instance, $enrolment, $reason);
        $this->notice->show($instance->courseid, $enrolment->userid, $reason);
    }

    /**
     * A suspended enrolment is about to become active.
     *
     * The synchronisations of Moodle (cohort, meta, LDAP, database) do that every hour to each suspended enrolment of somebody who
     * still belongs to their group. Without this a hold would last until the next of them.
     *
     * @param stdClass $instance the enrolment instance
     * @param stdClass $enrolment the row of user_enrolments as it is about to be written
     */
    public function activating(stdClass $instance, stdClass $enrolment): void {
        if ($this->is_adapter()) {
            return;
        }
        $reason = $this->check->reason_to_hold($instance->courseid, $enrolment->userid, $enrolment->timecreated);
        if ($reason === null) {
            return;
        }
        $this->holds->keep($instance, $enrolment, $reason);
        $this->notice->show($instance->courseid, $enrolment->userid, $reason);
    }

    /**
     * Does something without asking the adapter: it is the adapter that wants it.
     *
     * @param callable $do
     */
    public function stand_aside(callable $do): void {
        $this->standsaside = true;
        try {
            $do();
        } finally {
            $this->standsaside = false;
        }
    }

    /**
     * Whether the adapter itself is at work: by our own function, or by one of Moodle with a token that may hold and release.
     *
     * @return bool
     */
    private function is_adapter(): bool {
        return $this->standsaside
            || (WS_SERVER && has_capability('local/learningpolicy:setenrolmentstatus', \core\context\system::instance()));
    }
}
