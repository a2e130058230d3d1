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
 * The settings, as the rest of the plugin reads them.
 *
 * @package    local_learningpolicy
 * @copyright  2026 Omgevingsdienst West-Holland
 * @license    https://www.gnu.org/copyleft/gpl.html GNU GPL v3 or later
 */
final class configuration {
    /**
     * The base address of the adapter, without a slash at the end; empty when there is none yet.
     *
     * @return string
     */
    public function adapter_url(): string {
        return rtrim($this->text('adapterurl'), '/');
    }

    /**
     * The secret that signs events.
     *
     * @return string
     */
    public function webhook_secret(): string {
        return $this->text('webhooksecret');
    }

    /**
     * The key that opens the check at enrolment.
     *
     * @return string
     */
    public function api_key(): string {
        return $this->text('apikey');
    }

    /**
     * Where the employee number is: a custom profile field's short name, or "idnumber" for the field of Moodle itself.
     *
     * @return string
     */
    public function employee_field(): string {
        return $this->text('employeefield');
    }

    /**
     * Where somebody on hold is sent: how training is requested. Empty when the site names no such page.
     *
     * @return string
     */
    public function help_url(): string {
        return $this->text('helpurl');
    }

    /**
     * How many seconds an enrolment waits for the adapter at most.
     *
     * @return int
     */
    public function check_timeout(): int {
        return min(5, max(1, (int) ($this->text('checktimeout') ?: 2)));
    }

    /**
     * Whether there is an adapter to tell. Until there is one, no event is queued: its first synchronisation reads everything.
     *
     * @return bool
     */
    public function has_adapter(): bool {
        return $this->adapter_url() !== '';
    }

    /**
     * Whether events can be sent: an address and a secret that can sign.
     *
     * @return bool
     */
    public function is_configured(): bool {
        return $this->has_adapter() && signature::is_secret($this->webhook_secret());
    }

    /**
     * Whether delivery is switched on. While it is off, events wait in the queue.
     *
     * @return bool
     */
    public function is_delivery_enabled(): bool {
        return (bool) $this->text('deliveryenabled');
    }

    /**
     * Whether the check at enrolment is switched on.
     *
     * @return bool
     */
    public function is_check_enabled(): bool {
        return (bool) $this->text('checkenabled');
    }

    /**
     * Whether the adapter can be asked at the moment of enrolment.
     *
     * @return bool
     */
    public function can_check(): bool {
        return $this->is_check_enabled() && $this->has_adapter() && $this->api_key() !== '';
    }

    /**
     * Takes the secrets out of a text, should an answer or error ever repeat one.
     *
     * @param string $text
     * @return string
     */
    public function without_secrets(string $text): string {
        $secrets = array_filter([$this->api_key(), $this->webhook_secret()]);
        return str_replace($secrets, '***', $text);
    }

    /**
     * One setting as text.
     *
     * @param string $name
     * @return string
     */
    private function text(string $name): string {
        return trim((string) get_config('local_learningpolicy', $name));
    }
}
