"""Where others come in: the API, SCIM, messages of LMS and HRIS, sheets and request forms."""
