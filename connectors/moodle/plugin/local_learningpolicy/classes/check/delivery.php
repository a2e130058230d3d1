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

namespace local_learningpolicy\check;

use core\check\check;
use core\check\result;
use local_learningpolicy\configuration;
use local_learningpolicy\queue;

/**
 * On the page "System status": whether events reach the adapter.
 *
 * @package    local_learningpolicy
 * @copyright  2026 Omgevingsdienst West-Holland
 * @license    https://www.gnu.org/copyleft/gpl.html GNU GPL v3 or later
 */
final class delivery extends check {
    /** @var int Seconds for which a failure within somebody's action is shown. */
    private const FAILURE_SHOWN = 7 * DAYSECS;

    /**
     * A link to the queue.
     *
     * @return \action_link
     */
    public function get_action_link(): \action_link {
        return new \action_link(
            new \moodle_url('/local/learningpolicy/queue.php'),
            get_string('queue', 'local_learningpolicy'),
        );
    }

    /**
     * How it is.
     *
     * @return result
     */
    public function get_result(): result {
        [$status, $summary] = $this->worst();
        return new result($status, $summary, $this->details());
    }

    /**
     * The worst that there is to say.
     *
     * @return string[] status and summary
     */
    private function worst(): array {
        $configuration = \core\di::get(configuration::class);
        $queue = \core\di::get(queue::class);
        $waiting = $queue->count_waiting();
        $age = $waiting ? \core\di::get(\core\clock::class)->time() - $queue->oldest_waiting() : 0;
        $about = ['count' => $waiting, 'age' => format_time($age)];
        return match (true) {
            $this->failure() !== null => [result::ERROR, get_string('checkfailed', 'local_learningpolicy')],
            !$configuration->has_adapter() => [result::NA, get_string('checknoadapter', 'local_learningpolicy')],
            !$configuration->is_configured() => [result::ERROR, get_string('checknosecret', 'local_learningpolicy')],
            $age > DAYSECS => [result::ERROR, get_string('checkwaiting', 'local_learningpolicy', $about)],
            !$configuration->is_delivery_enabled() => [result::WARNING, get_string('checkoff', 'local_learningpolicy', $waiting)],
            $age > HOURSECS => [result::WARNING, get_string('checkwaiting', 'local_learningpolicy', $about)],
            $queue->last_error() !== '' => [result::INFO, get_string('checkretrying', 'local_learningpolicy', $waiting)],
            default => [result::OK, get_string('checkdelivered', 'local_learningpolicy', $waiting)],
        };
    }

    /**
     * The last successes and failures.
     *
     * @return string HTML
     */
    private function details(): string {
        $delivered = (int) get_config('local_learningpolicy', 'lastdelivered');
        $lines = [get_string(
            'lastdelivered',
            'local_learningpolicy',
            $delivered ? userdate($delivered) : get_string('never', 'local_learningpolicy'),
        )];
        $error = \core\di::get(queue::class)->last_error();
        if ($error !== '') {
            $lines[] = get_string('lasterrorwas', 'local_learningpolicy', $error);
        }
        if ($this->failure() !== null) {
            $lines[] = $this->failure();
        }
        return \html_writer::alist(array_map('s', $lines));
    }

    /**
     * The last failure within somebody's action, if it is recent.
     *
     * @return string|null
     */
    private function failure(): ?string {
        $time = (int) get_config('local_learningpolicy', 'lastfailuretime');
        if ($time < \core\di::get(\core\clock::class)->time() - self::FAILURE_SHOWN) {
            return null;
        }
        return userdate($time) . ': ' . get_config('local_learningpolicy', 'lastfailure');
    }
}
