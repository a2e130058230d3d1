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

/**
 * English texts.
 *
 * @package    local_learningpolicy
 * @copyright  2026 Omgevingsdienst West-Holland
 * @license    https://www.gnu.org/copyleft/gpl.html GNU GPL v3 or later
 */

defined('MOODLE_INTERNAL') || die();

$string['aboutcourse'] = 'course {$a}';
$string['aboutuser'] = 'user {$a}';
$string['adapterurl'] = 'Address of the adapter';
$string['adapterurl_desc'] = 'The base address, such as https://adapter.example.org, without /v1. As long as it is empty, no events are queued. The list of blocked hosts of this site does not apply to it: an adapter usually is on the own network.';
$string['apikey'] = 'Key of the adapter';
$string['apikey_desc'] = 'For the check at enrolment: the output of "odwh-adapter key create --name moodle --role lms". The adapter keeps no copy.';
$string['cachedef_breaker'] = 'Until when the adapter is not asked at enrolments, because it did not answer';
$string['checkdelivered'] = 'Events are delivered. Waiting now: {$a}.';
$string['checkdelivery'] = 'Learning policy: events to the adapter';
$string['checkenabled'] = 'Check at enrolment';
$string['checkenabled_desc'] = 'Ask the adapter at the moment of enrolment, and when a suspended enrolment is made active. Says the adapter "hold", then the enrolment is suspended at once and whoever enrols sees why. Without an answer in time nothing is held: the event is delivered all the same and the adapter decides then.';
$string['checkenrolmentcheck'] = 'Learning policy: check at enrolment';
$string['checkenrolmentfailed'] = 'The adapter did not answer at an enrolment, last on {$a}. Nothing was held at that moment; the adapter decides when the event arrives. Is the adapter up, and are address and key right?';
$string['checkenrolmentoff'] = 'The check at enrolment is switched off. The adapter decides when the event arrives.';
$string['checkenrolmentok'] = 'The check at enrolment works: it did not fail in the last day.';
$string['checkfailed'] = 'The plugin itself failed during someone\'s action in the last week, so an event can be missing. Run "odwh-adapter sync enrolments" and report the error below.';
$string['checknoadapter'] = 'There is no address of the adapter yet: nothing is queued or asked.';
$string['checknofield'] = 'The profile field "{$a}" for the employee number does not exist, so nobody can be checked at enrolment. Make the field, or name another in the settings.';
$string['checknokey'] = 'The check at enrolment is on, but there is no key of the adapter. Make one with "odwh-adapter key create --name moodle --role lms" and put it in the settings.';
$string['checknosecret'] = 'Address or signing secret is missing or wrong: events wait in the queue.';
$string['checkoff'] = 'Delivery is switched off. Waiting: {$a}.';
$string['checkretrying'] = 'The last attempt failed and is repeated. Waiting: {$a}.';
$string['checktimeout'] = 'Time-out of the check';
$string['checktimeout_desc'] = 'For how many seconds an enrolment waits for the adapter at most. After a failure the adapter is not asked for a minute.';
$string['checkwaiting'] = 'Events wait: {$a->count}; the oldest for {$a->age}. See the queue for the error.';
$string['columnabout'] = 'About';
$string['columnactions'] = 'Action';
$string['columnattempts'] = 'Attempts';
$string['columndelivered'] = 'Delivered';
$string['columnerror'] = 'Last error';
$string['columnevent'] = 'Event';
$string['columnhappened'] = 'Happened';
$string['columnid'] = 'Number';
$string['columnnext'] = 'Next attempt from';
$string['coursefield_beleid_uitgezonderd'] = 'Not governed by the learning policy';
$string['coursefield_grondslag'] = 'Ground';
$string['coursefield_incompany'] = 'In-company training';
$string['coursefield_kosten_eur'] = 'Costs for one participant (euros)';
$string['coursefield_leeruren'] = 'Learning hours for one participant';
$string['coursefield_traject'] = 'Trajectory';
$string['deliveryenabled'] = 'Deliver events';
$string['deliveryenabled_desc'] = 'Off: events stay in the queue until this is on again. None is lost.';
$string['employeefield'] = 'Employee number';
$string['employeefield_desc'] = 'Short name of the custom profile field with the employee number, or "idnumber" for the ID number of Moodle itself. The same as ODWH_MOODLE_EMPLOYEE_FIELD of the adapter.';
$string['enrolmentgone'] = 'There is no enrolment with id {$a} any more.';
$string['enrolmentmismatch'] = 'Enrolment {$a} is of another user or in another course than was said. Read the enrolments again.';
$string['enrolmethodgone'] = 'The enrolment method "{$a}" is not installed any more, so its enrolments cannot be changed.';
$string['held_agreement_incomplete'] = 'The training agreement is not complete yet. HR completes it; you need not do anything.';
$string['held_agreement_missing'] = 'This training needs a training agreement, which is not there yet. HR draws it up, and will ask you to sign it.';
$string['held_agreement_unsigned'] = 'The training agreement has not been signed by both of you yet. Sign it, or ask your manager to do so.';
$string['held_consent_missing'] = 'Your manager has not agreed to this in-company training yet. Ask your manager to do so.';
$string['held_course_facts_missing'] = 'Facts of this course are missing. Who looks after the course has to fill them in; you need not do anything.';
$string['held_employment_ends_before_start'] = 'Your employment ends before this training begins. Ask HR if that is not right.';
$string['held_grant_missing'] = 'There is no approved request for this training yet. Ask your manager to request it with you.';
$string['held_hours_norm_exceeded'] = 'With this training you come above the learning hours of this year. Discuss another moment with your manager.';
$string['held_no_place'] = 'You have no place in a session of this in-company training yet. Sign up, or wait until a place is free.';
$string['heldback'] = 'To my courses';
$string['heldhelp'] = 'How to request training';
$string['heldintro'] = 'You are enrolled in "{$a}". You cannot start yet.';
$string['heldlater'] = 'Once this is settled, the course opens for you by itself. If you think this is wrong, ask HR.';
$string['heldmore'] = 'More enrolments are on hold. The list of participants shows them as suspended.';
$string['heldother'] = 'The enrolment of {$a->user} in "{$a->course}" is on hold.';
$string['heldunknown'] = 'The learning policy of the organisation asks for something that is not there yet. Ask your manager or HR.';
$string['helpurl'] = 'How to request training';
$string['helpurl_desc'] = 'The page to which somebody whose enrolment is on hold is sent, such as the request form. Empty: the own courses.';
$string['invalidsecret'] = 'This is no signing secret. It begins with whsec_, followed by 24 to 64 random bytes in base64.';
$string['lastdelivered'] = 'Last delivered: {$a}.';
$string['lasterrorwas'] = 'Last error: {$a}';
$string['learningpolicy:setenrolmentstatus'] = 'Hold and release enrolments of every method';
$string['learningpolicy:viewenrolments'] = 'See the enrolments of all courses as data';
$string['messageprovider:undelivered'] = 'Events do not reach the adapter of the learning policy';
$string['never'] = 'never';
$string['pluginname'] = 'Learning policy';
$string['privacy:metadata:actorid'] = 'The id of the user who brought the event about.';
$string['privacy:metadata:adapter'] = 'The adapter applies the learning policy of the organisation. It gets ids, and at an enrolment the employee number. Names and addresses are not sent.';
$string['privacy:metadata:body'] = 'The event as it is sent: kind, ids, moment, enrolment method, and at a hold the reason.';
$string['privacy:metadata:courseid'] = 'The id of the course.';
$string['privacy:metadata:employeenumber'] = 'The employee number, at the moment of enrolment.';
$string['privacy:metadata:eventname'] = 'What happened.';
$string['privacy:metadata:held'] = 'Enrolments that were suspended at the moment of enrolment, because the adapter said so.';
$string['privacy:metadata:method'] = 'The enrolment method.';
$string['privacy:metadata:queue'] = 'Events for the adapter: about enrolments, completions, users, courses and entries of databases. Kept until a week after delivery.';
$string['privacy:metadata:removed'] = 'Enrolments that were removed. Kept for 400 days.';
$string['privacy:metadata:timecreated'] = 'When it happened.';
$string['privacy:metadata:timedelivered'] = 'When it was delivered to the adapter.';
$string['privacy:metadata:timeend'] = 'Until when the enrolment held.';
$string['privacy:metadata:timeheld'] = 'When the enrolment was suspended.';
$string['privacy:metadata:timeremoved'] = 'When the enrolment was removed.';
$string['privacy:metadata:timestart'] = 'From when the enrolment held.';
$string['privacy:metadata:userenrolmentid'] = 'The id of the enrolment.';
$string['privacy:metadata:userid'] = 'The id of the user whom it is about.';
$string['privacy:path:held'] = 'Enrolments on hold';
$string['privacy:path:queue'] = 'Events for the adapter';
$string['privacy:path:removed'] = 'Removed enrolments';
$string['queue'] = 'Events to the adapter';
$string['queueempty'] = 'There are no events here.';
$string['queueoff'] = 'Delivery is switched off: events stay here.';
$string['queuewaiting'] = 'Waiting: {$a}.';
$string['sendall'] = 'Send all that wait at the next run of cron';
$string['sendallplanned'] = 'All events that wait are sent at the next run of cron, within a minute.';
$string['sendnow'] = 'Send now';
$string['sendnowbusy'] = 'The event has been delivered in the meantime, or delivery is running at this moment.';
$string['sendnowdone'] = 'The adapter has the event.';
$string['sendnowfailed'] = 'The adapter did not take the event: {$a}';
$string['settings'] = 'Learning policy: settings';
$string['setup'] = 'Connect the adapter';
$string['setupaccount'] = 'The account "{$a}" with that role, allowed to use the service';
$string['setupcli'] = 'Tells what the adapter needs on this site.

--make    makes what is missing
--token   prints a new token for the account of the adapter, and nothing else
--help    this text

Without options it prints the settings for the adapter, or what is missing (exit code 1).';
$string['setupcoursefields'] = 'Course fields: {$a}';
$string['setupemployeefield'] = 'The profile field with the employee number: {$a}';
$string['setupfirstname'] = 'Learning policy';
$string['setuplastname'] = '(automatic)';
$string['setupmade'] = 'All that the adapter needs is there.';
$string['setupmake'] = 'Make what is missing, and a token';
$string['setupmissing'] = 'Missing';
$string['setupnewtoken'] = 'Make a new token';
$string['setupreport'] = 'Participants for the learning policy adapter';
$string['setuprole'] = 'The role of the adapter, with its rights';
$string['setupsettings'] = 'The settings of the adapter, besides that file:';
$string['setupthere'] = 'There';
$string['setuptoken'] = 'The token. It is shown this once: put it in the file that ODWH_MOODLE_TOKEN_FILE names.';
$string['setuptokens'] = 'A token goes on working until it is deleted under "Server, Manage tokens".';
$string['setupwebservices'] = 'Web services, with the protocol REST and the authentication of that account';
$string['showdelivered'] = 'Show events that were delivered in the last week';
$string['showwaiting'] = 'Show events that wait';
$string['taskcleanup'] = 'Delete old delivered events and removed enrolments';
$string['taskdeliver'] = 'Deliver events to the adapter';
$string['undeliveredbody'] = 'Events of this site do not reach the adapter of the learning policy. Waiting: {$a->count}, the oldest since {$a->since}.

Last error: {$a->error}

The events stay in the queue and are tried again, at least every twelve hours. Look at them here:
{$a->url}';
$string['undeliveredsubject'] = 'Learning policy: {$a->count} events wait for the adapter';
$string['uninstalled'] = 'The plugin "Learning policy" is removed. With it went the queue (events that were not delivered: {$a}), the list of removed enrolments, and the list of enrolments that it had suspended. Those enrolments stay suspended. Run "odwh-adapter sync enrolments": the adapter then reads what it was not told.';
$string['webhooksecret'] = 'Signing secret';
$string['webhooksecret_desc'] = 'The adapter knows events of this site by it: the same as ODWH_MOODLE_PLUGIN_SECRET of the adapter. It begins with whsec_, followed by 24 to 64 random bytes in base64. Make one with: echo "whsec_$(openssl rand -base64 32)"';
