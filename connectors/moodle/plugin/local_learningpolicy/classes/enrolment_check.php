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
 * Asks the adapter whether an enrolment must be held.
 *
 * It fails open: without an answer in time nothing is held. The event is in the queue all the same, and the adapter holds later.
 *
 * @package    local_learningpolicy
 * @copyright  2026 Omgevingsdienst West-Holland
 * @license    https://www.gnu.org/copyleft/gpl.html GNU GPL v3 or later
 */
final class enrolment_check {
    /** @var string The days of the policy are those of the agency. */
    private const TIMEZONE = 'Europe/Amsterdam';

    /**
     * Constructor.
     *
     * @param configuration $configuration
     * @param adapter_client $client
     * @param breaker $breaker
     * @param employee_numbers $numbers
     * @param \core\clock $clock
     */
    public function __construct(
        /** @var configuration The settings. */
        private readonly configuration $configuration,
        /** @var adapter_client The way to the adapter. */
        private readonly adapter_client $client,
        /** @var breaker Whether asking makes sense now. */
        private readonly breaker $breaker,
        /** @var employee_numbers Employee numbers. */
        private readonly employee_numbers $numbers,
        /** @var \core\clock The clock. */
        private readonly \core\clock $clock,
    ) {
    }

    /**
     * Whether, and why, an enrolment must be held.
     *
     * @param int $courseid
     * @param int $userid
     * @param int $timeenrolled when the enrolment was made
     * @return hold_reason|null null when it need not be held, or when nobody could tell
     */
    public function reason_to_hold(int $courseid, int $userid, int $timeenrolled): ?hold_reason {
        if (!$this->configuration->can_check() || !$this->breaker->allows()) {
            return null;
        }
        $employee = $this->numbers->of($userid);
        $course = trim((string) get_course($courseid)->idnumber);
        if ($employee === '' || $course === '') {
            return null;
        }
        $answer = $this->ask([
            'employeeId' => $employee,
            'courseId' => $course,
            'enrolledDate' => self::day($timeenrolled),
        ]);
        return $answer === null ? null : hold_reason::from_answer($answer);
    }

    /**
     * Asks, and remembers how it went.
     *
     * @param array $question
     * @return array|null null when there was no answer that can be read
     */
    private function ask(array $question): ?array {
        $begin = microtime(true);
        $answer = $this->client->post(
            '/v1/enrolment-checks',
            json_encode($question, JSON_THROW_ON_ERROR),
            [
                'Content-Type: application/json',
                'Accept: application/json',
                'Accept-Language: ' . (str_starts_with(current_language(), 'nl') ? 'nl' : 'en'),
                'Authorization: Bearer ' . $this->configuration->api_key(),
            ],
            $this->configuration->check_timeout(),
        );
        $this->breaker->spend(microtime(true) - $begin);
        if ($answer->is_ok() && $answer->json() !== null) {
            return $answer->json();
        }
        if (!$this->is_about_this_enrolment($answer)) {
            $this->breaker->open();
            set_config('lastcheckfailure', $answer->explanation(), 'local_learningpolicy');
            set_config('lastcheckfailuretime', $this->clock->time(), 'local_learningpolicy');
        }
        return null;
    }

    /**
     * Whether the adapter answered that it does not know this employee or this course, as with anyone from outside.
     *
     * @param answer $answer
     * @return bool
     */
    private function is_about_this_enrolment(answer $answer): bool {
        return in_array($answer->status, [400, 404, 409, 422]) && $answer->json() !== null;
    }

    /**
     * The day of a moment, where the agency is.
     *
     * @param int $time
     * @return string such as 2027-03-01
     */
    private static function day(int $time): string {
        return (new \DateTimeImmutable("@{$time}"))->setTimezone(new \DateTimeZone(self::TIMEZONE))->format('Y-m-d');
    }
}
