"""Media types of what goes in and out."""

JSON = "application/json"
HTML = "text/html"
PDF = "application/pdf"
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
ODS = "application/vnd.oasis.opendocument.spreadsheet"
CLOUDEVENT = "application/cloudevents+json"
CLOUDEVENT_BATCH = "application/cloudevents-batch+json"
EVENT_TYPES = (JSON, CLOUDEVENT, CLOUDEVENT_BATCH)
SCIM = "application/scim+json"
