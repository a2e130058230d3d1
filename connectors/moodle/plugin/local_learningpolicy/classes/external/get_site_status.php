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

namespace local_learningpolicy\external;

use core_external\external_api;
use core_external\external_function_parameters;
use core_external\external_single_structure;
use core_external\external_value;
use local_learningpolicy\configuration;
use local_learningpolicy\queue;

/**
 * How the plugin and its queue are, which versions run, and what time it is here.
 *
 * @package    local_learningpolicy
 * @copyright  2026 Omgevingsdienst West-Holland
 * @license    https://www.gnu.org/copyleft/gpl.html GNU GPL v3 or later
 */
final class get_site_status extends external_api {
    /**
     * There is nothing to ask.
     *
     * @return external_function_parameters
     */
    public static function execute_parameters(): external_function_parameters {
        return new external_function_parameters([]);
    }

    /**
     * Tells how things are.
     *
     * @return array
     */
    public static function execute(): array {
        global $CFG;

        $context = \core\context\system::instance();
        self::validate_context($context);
        require_capability('local/learningpolicy:viewenrolments', $context);

        $configuration = \core\di::get(configuration::class);
        $queue = \core\di::get(queue::class);
        $plugin = \core_plugin_manager::instance()->get_plugin_info('local_learningpolicy');
        return [
            'pluginversion' => (string) get_config('local_learningpolicy', 'version'),
            'release' => (string) $plugin->release,
            'moodleversion' => (string) $CFG->version,
            'moodlerelease' => (string) $CFG->release,
            'time' => \core\di::get(\core\clock::class)->time(),
            'maxinputvars' => (int) ini_get('max_input_vars'),
            'checkenabled' => $configuration->is_check_enabled(),
            'deliveryenabled' => $configuration->is_delivery_enabled(),
            'configured' => $configuration->is_configured(),
            'queued' => $queue->count_waiting(),
            'oldestqueued' => $queue->oldest_waiting(),
            'lastdelivered' => (int) get_config('local_learningpolicy', 'lastdelivered'),
            'lasterror' => $queue->last_error(),
            'lastcron' => (int) get_config('tool_task', 'lastcronstart'),
            'timezone' => \core_date::get_server_timezone(),
        ];
    }

    /**
     * What is told.
     *
     * @return external_single_structure
     */
    public static function execute_returns(): external_single_structure {
        return new external_single_structure([
            'pluginversion' => new external_value(PARAM_ALPHANUMEXT, 'Version of the plugin in the database'),
            'release' => new external_value(PARAM_TEXT, 'Release of the plugin'),
            'moodleversion' => new external_value(PARAM_TEXT, 'Version of Moodle'),
            'moodlerelease' => new external_value(PARAM_TEXT, 'Release of Moodle'),
            'time' => new external_value(PARAM_INT, 'What time it is here'),
            'maxinputvars' => new external_value(PARAM_INT, 'How many fields a request may have'),
            'checkenabled' => new external_value(PARAM_BOOL, 'Whether the check at enrolment is switched on'),
            'deliveryenabled' => new external_value(PARAM_BOOL, 'Whether delivery of events is switched on'),
            'configured' => new external_value(PARAM_BOOL, 'Whether there is an address and a secret that can sign'),
            'queued' => new external_value(PARAM_INT, 'How many events wait'),
            'oldestqueued' => new external_value(PARAM_INT, 'When the oldest of them happened; 0 when none waits'),
            'lastdelivered' => new external_value(PARAM_INT, 'When a run last delivered; 0 when never'),
            'lasterror' => new external_value(PARAM_TEXT, 'Why the last attempt failed, of the events that wait'),
            'lastcron' => new external_value(PARAM_INT, 'When cron last began; 0 when never'),
            'timezone' => new external_value(PARAM_TEXT, 'Time zone of the site'),
        ]);
    }
}
