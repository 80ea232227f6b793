"""Keys of several profiles and of the environment."""

SAGEMAKER = ("--endpoint", "weight", "--region", "eu-west-1", "--endpoint-url")
LOGIN = "sso_start_url = https://x.awsapps.com/start\nsso_region = eu-west-1\n"
LOGIN += "sso_account_id = 123456789012\nsso_role_name = r\n"


# Two profiles and the environment have keys of their own; each line is a set of variables.
FILES = """[default]
aws_access_key_id = DEFAULT
aws_secret_access_key = d
[lab]
aws_access_key_id = LAB
aws_secret_access_key = l
[old]
aws_access_key_id = OLD
aws_secret_access_key = o
"""
EXPORTED = {"AWS_ACCESS_KEY_ID": "EXPORTED", "AWS_SECRET_ACCESS_KEY": "e"}
