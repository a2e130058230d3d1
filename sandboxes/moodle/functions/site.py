"""Who am I, and which functions may I call."""

from __future__ import annotations

from typing import Any

from sandboxes.moodle.call import Call, Function


def site_info(call: Call) -> dict[str, Any]:
    actor, speaks = call.actor, call.state.speaks
    return {
        "sitename": "Leerhuis Lab",
        "username": actor.username,
        "firstname": actor.firstname,
        "lastname": actor.lastname,
        "fullname": actor.fullname,
        "lang": call.state.language,
        "userid": actor.id,
        "siteurl": call.base_url,
        "userpictureurl": f"{call.base_url}/theme/image.php/boost/core/1/u/f1",
        "functions": [{"name": name, "version": speaks.number} for name in call.functions],
        "downloadfiles": 0,
        "uploadfiles": 0,
        "release": speaks.release,
        "version": speaks.number,
        "mobilecssurl": "",
        "advancedfeatures": [
            {"name": name, "value": value} for name, value in call.state.features.items()
        ],
        "usercanmanageownfiles": True,
        "userquota": 104857600,
        "usermaxuploadfilesize": 67108864,
        "userhomepage": 1,
        "userprivateaccesskey": "TOKEN",
        "siteid": 1,
        "sitecalendartype": "gregorian",
        "usercalendartype": "gregorian",
        "userissiteadmin": actor.admin,
        "theme": "boost",
        "limitconcurrentlogins": 0,
        "policyagreed": 0,
    }


FUNCTIONS = {"core_webservice_get_site_info": Function({}, site_info)}
