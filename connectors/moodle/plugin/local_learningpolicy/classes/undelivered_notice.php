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
 * Warns the administrators, once a day, while an event has not been delivered for more than 24 hours.
 *
 * @package    local_learningpolicy
 * @copyright  2026 Omgevingsdienst West-Holland
 * @license    https://www.gnu.org/copyleft/gpl.html GNU GPL v3 or later
 */
final class undelivered_notice {
    /** @var int Seconds that an event may wait, and seconds between two warnings. */
    private const PERIOD = DAYSECS;

    /**
     * Constructor.
     *
     * @param queue $queue
     * @param \core\clock $clock
     */
    public function __construct(
        /** @var queue The queue. */
        private readonly queue $queue,
        /** @var \core\clock The clock. */
        private readonly \core\clock $clock,
    ) {
    }

    /**
     * Warns, when it is time to.
     */
    public function send_if_needed(): void {
        $now = $this->clock->time();
        $oldest = $this->queue->oldest_waiting();
        $last = (int) get_config('local_learningpolicy', 'lastnotice');
        if (!$oldest || $oldest > $now - self::PERIOD || $last > $now - self::PERIOD) {
            return;
        }
        foreach (get_admins() as $admin) {
            message_send($this->message($admin, $oldest));
        }
        set_config('lastnotice', $now, 'local_learningpolicy');
    }

    /**
     * The message, in the language of the one who gets it.
     *
     * @param \stdClass $admin
     * @param int $oldest
     * @return \core\message\message
     */
    private function message(\stdClass $admin, int $oldest): \core\message\message {
        $url = new \moodle_url('/local/learningpolicy/queue.php');
        $about = [
            'count' => $this->queue->count_waiting(),
            'since' => userdate($oldest, '', $admin->timezone),
            'error' => $this->queue->last_error(),
            'url' => $url->out(false),
        ];
        $before = force_current_language($admin->lang);
        try {
            $message = new \core\message\message();
            $message->component = 'local_learningpolicy';
            $message->name = 'undelivered';
            $message->userfrom = \core_user::get_noreply_user();
            $message->userto = $admin;
            $message->subject = get_string('undeliveredsubject', 'local_learningpolicy', $about);
            $message->fullmessage = get_string('undeliveredbody', 'local_learningpolicy', $about);
            $message->fullmessageformat = FORMAT_PLAIN;
            $message->fullmessagehtml = text_to_html(s($message->fullmessage), false);
            $message->smallmessage = $message->subject;
            $message->notification = 1;
            $message->contexturl = $url->out(false);
            $message->contexturlname = get_string('queue', 'local_learningpolicy');
            return $message;
        } finally {
            force_current_language($before);
        }
    }
}
