"""moto's server, with objects and uploads that a test makes older: PUT OBJECT?tagging with the header x-age in seconds."""

import re
import sys
from datetime import datetime, timedelta, timezone

from moto.s3 import exceptions, models, responses
from moto.server import main

begun = {}
make_upload = models.FakeMultipart.__init__
take_part = models.S3Backend.upload_part
list_uploads = responses.S3Response.list_multipart_uploads


def remember(self, *arguments, **named):
    make_upload(self, *arguments, **named)
    begun[self.id] = [self.key_name, datetime.now(timezone.utc)]


def refuse_part_of_none(self, bucket_name, multipart_id, part_id, value):
    """moto fails where the upload was given up."""
    if multipart_id not in self.get_bucket(bucket_name).multiparts:
        raise exceptions.NoSuchUpload(multipart_id)
    return take_part(self, bucket_name, multipart_id, part_id, value)


def grow_older(self):
    """Stands in for tags, which no test has."""
    age = timedelta(seconds=float(self.headers["x-age"]))
    name = self.parse_key_name()
    key = self.backend.get_object(self.bucket_name, name)
    if key is not None:
        key.last_modified -= age
    for upload in begun.values():
        if upload[0] == name:
            upload[1] -= age
    return 200, {}, ""


def dated(self):
    """moto says of every upload that it began in 2010."""
    status, headers, body = list_uploads(self)
    text = body if isinstance(body, str) else body.decode()

    def date(match):
        identifier = re.search(r"<UploadId>(.*?)</UploadId>", match[0])[1]
        time = begun[identifier][1].strftime("%Y-%m-%dT%H:%M:%S.000Z")
        return re.sub(r"<Initiated>.*?</Initiated>", f"<Initiated>{time}</Initiated>", match[0])

    return status, headers, re.sub(r"<Upload>.*?</Upload>", date, text, flags=re.S)


models.FakeMultipart.__init__ = remember
models.S3Backend.upload_part = refuse_part_of_none
responses.S3Response.put_object_tagging = grow_older
responses.S3Response.list_multipart_uploads = dated
main(sys.argv[1:])
