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

namespace local_learningpolicy\output;

use core\output\notification;
use local_learningpolicy\configuration;
use local_learningpolicy\delivery;
use local_learningpolicy\queue;

/**
 * What an administrator can do on the page of the queue, and what stands above the table.
 *
 * @package    local_learningpolicy
 * @copyright  2026 Omgevingsdienst West-Holland
 * @license    https://www.gnu.org/copyleft/gpl.html GNU GPL v3 or later
 */
final class queue_actions {
    /**
     * Sends one event at once.
     *
     * @param int $id
     * @return string[] what came of it, and the kind of notification
     */
    public static function send_now(int $id): array {
        if (!\core\di::get(configuration::class)->is_configured()) {
            return [get_string('checknosecret', 'local_learningpolicy'), notification::NOTIFY_ERROR];
        }
        $answer = \core\di::get(delivery::class)->send_now($id);
        if ($answer === null) {
            return [get_string('sendnowbusy', 'local_learningpolicy'), notification::NOTIFY_WARNING];
        }
        if ($answer->is_ok()) {
            return [get_string('sendnowdone', 'local_learningpolicy'), notification::NOTIFY_SUCCESS];
        }
        return [
            get_string('sendnowfailed', 'local_learningpolicy', s($answer->explanation())),
            notification::NOTIFY_ERROR,
        ];
    }

    /**
     * Has the task send everything that waits.
     *
     * @return string[] what came of it, and the kind of notification
     */
    public static function send_all(): array {
        \core\di::get(queue::class)->make_all_due();
        return [get_string('sendallplanned', 'local_learningpolicy'), notification::NOTIFY_INFO];
    }

    /**
     * What stands above the table.
     *
     * @param \moodle_url $url of the page as it is shown
     * @param bool $delivered whether delivered events are shown
     * @return array
     */
    public static function summary(\moodle_url $url, bool $delivered): array {
        $queue = \core\di::get(queue::class);
        $configuration = \core\di::get(configuration::class);
        $waiting = $queue->count_waiting();
        $time = (int) get_config('local_learningpolicy', 'lastdelivered');
        return [
            'waiting' => get_string('queuewaiting', 'local_learningpolicy', $waiting),
            'lastdelivered' => get_string(
                'lastdelivered',
                'local_learningpolicy',
                $time ? userdate($time) : get_string('never', 'local_learningpolicy'),
            ),
            'off' => !$configuration->is_delivery_enabled(),
            'unconfigured' => !$configuration->is_configured(),
            'settingsurl' => (new \moodle_url('/admin/settings.php', ['section' => 'local_learningpolicy']))->out(false),
            'showsdelivered' => $delivered,
            'otherurl' => (new \moodle_url($url, ['delivered' => (int) !$delivered]))->out(false),
            'cansendall' => !$delivered && $waiting > 0,
            'posturl' => $url->out(false),
            'sesskey' => sesskey(),
        ];
    }
}
