"""Expands a SAM template as AWS does at a deployment, with AWS's own translator: template in, JSON out."""
import json
import logging
import os
import sys

os.environ["AWS_DEFAULT_REGION"] = "eu-central-1"

from samtranslator.translator.transform import transform
from samtranslator.yaml_helper import yaml_parse

logging.disable(logging.CRITICAL)


class NoManagedPolicies:
    def load(self):
        return {}


template = yaml_parse(sys.stdin.read())
for resource in template["Resources"].values():
    if resource["Type"] == "AWS::Serverless::Function":  # packaged, as `sam deploy` leaves it
        resource["Properties"]["CodeUri"] = "s3://artifacts/" + os.path.basename(resource["Properties"]["CodeUri"])
json.dump(transform(template, json.loads(sys.argv[1]), NoManagedPolicies()), sys.stdout)
