"""What Tollgate's templates must hold to beyond being valid, as rules of cfn-lint.

They see a template as SAM expands it, so also the roles and permissions that SAM makes.
"""

import json
import os
import re

import cfnlint.decode
from cfnlint.rules import CloudFormationLintRule, RuleMatch


class Rule(CloudFormationLintRule):
    """One policy: says in words what is wrong, and where."""

    source_url = "docs/operations.md"
    tags = ["tollgate"]

    def __init_subclass__(cls):
        cls.shortdesc = cls.description = cls.__doc__

    def match(self, cfn):
        resources = cfn.template.get("Resources", {})
        return [
            RuleMatch(["Resources", name], f"{name}: {what}")
            for name, what in self.faults(cfn, resources)
        ]

    def faults(self, cfn, resources):
        raise NotImplementedError


def of(resources, kind):
    for name, resource in resources.items():
        if resource.get("Type") == kind:
            yield name, resource, resource.get("Properties", {})


def get(tree, *path):
    for step in path:
        if not isinstance(tree, dict):
            return None
        tree = tree.get(step)
    return tree


def is_true(value):
    """A condition's value is what deploys it; a parameter says yes if its default does."""
    return value in (True, "true", "True", 1)


def value(cfn, node):
    """A plain value, or the default of the parameter that stands for it."""
    if isinstance(node, dict) and "Ref" in node:
        return get(cfn.template, "Parameters", node["Ref"], "Default")
    return node


def as_list(node):
    return node if isinstance(node, list) else [node]


def text(node):
    return json.dumps(node, default=str)


def nested(cfn, stack):
    """The template of a nested stack, which lies next to the one that names it."""
    url = get(stack, "Properties", "TemplateURL")
    file = os.path.join(os.path.dirname(os.path.abspath(cfn.filename)), str(url))
    template, _ = cfnlint.decode.decode(file)
    return template


class TablesKeepWhatTheyHold(Rule):
    """Tables are on demand, encrypted, restorable and protected."""

    id = "E9001"

    def faults(self, cfn, resources):
        for name, table, properties in of(resources, "AWS::DynamoDB::Table"):
            if properties.get("BillingMode") != "PAY_PER_REQUEST":
                yield name, "BillingMode must be PAY_PER_REQUEST"
            recovery = get(properties, "PointInTimeRecoverySpecification")
            if not is_true(get(recovery, "PointInTimeRecoveryEnabled")):
                yield name, "point-in-time recovery must be on"
            if not is_true(get(properties, "SSESpecification", "SSEEnabled")):
                yield name, "encryption with a KMS key must be on"
            if not is_true(value(cfn, properties.get("DeletionProtectionEnabled"))):
                yield name, "deletion protection must be on by default"
            if table.get("DeletionPolicy") != "Retain" or table.get("UpdateReplacePolicy") != "Retain":
                yield name, "DeletionPolicy and UpdateReplacePolicy must be Retain"
            if not is_true(get(properties, "TimeToLiveSpecification", "Enabled")):
                yield name, "time to live must be on"


class QueuesKeepWhatFailed(Rule):
    """Queues are encrypted and keep messages for two weeks."""

    id = "E9002"

    def faults(self, cfn, resources):
        for name, _, properties in of(resources, "AWS::SQS::Queue"):
            if not is_true(properties.get("SqsManagedSseEnabled")) and not properties.get("KmsMasterKeyId"):
                yield name, "encryption must be on"
            if properties.get("MessageRetentionPeriod") != 1209600:
                yield name, "MessageRetentionPeriod must be 1209600 seconds"


class LogsEnd(Rule):
    """Logs have a retention, and functions and stages have logs of their own."""

    id = "E9003"

    def faults(self, cfn, resources):
        for name, _, properties in of(resources, "AWS::Logs::LogGroup"):
            if not value(cfn, properties.get("RetentionInDays")):
                yield name, "RetentionInDays is missing: it would keep everything for ever"
        used = []
        for name, _, properties in of(resources, "AWS::Lambda::Function"):
            group = get(properties, "LoggingConfig", "LogGroup", "Ref")
            if get(resources, group, "Type") != "AWS::Logs::LogGroup":
                yield name, "LoggingConfig.LogGroup must refer to a log group of this template"
            elif group in used:
                yield name, f"{group} is another function's"
            used.append(group)


class CacheIsClosed(Rule):
    """The cache takes TLS and logins only, and encrypts what it keeps."""

    id = "E9004"

    def faults(self, cfn, resources):
        for name, _, properties in of(resources, "AWS::ElastiCache::ReplicationGroup"):
            if not is_true(properties.get("TransitEncryptionEnabled")):
                yield name, "TransitEncryptionEnabled must be true"
            if properties.get("TransitEncryptionMode") != "required":
                yield name, "TransitEncryptionMode must be required"
            if not is_true(properties.get("AtRestEncryptionEnabled")):
                yield name, "AtRestEncryptionEnabled must be true"
            if not properties.get("UserGroupIds"):
                yield name, "UserGroupIds is missing: anybody could log in"
        for name, _, properties in of(resources, "AWS::ElastiCache::User"):
            if properties.get("NoPasswordRequired") or not get(properties, "AuthenticationMode", "Passwords"):
                yield name, "a user needs a password"
            access = str(properties.get("AccessString"))
            if "-@dangerous" not in access or "~*" in access or "+@all" in access:
                yield name, "AccessString must name keys and leave out dangerous commands"


class LedgerIsClosed(Rule):
    """The ledger takes TLS only, is encrypted, backed up, protected and not public."""

    id = "E9005"

    def faults(self, cfn, resources):
        for name, cluster, properties in of(resources, "AWS::RDS::DBCluster"):
            if not is_true(properties.get("StorageEncrypted")):
                yield name, "StorageEncrypted must be true"
            if not is_true(value(cfn, properties.get("DeletionProtection"))):
                yield name, "DeletionProtection must be on by default"
            if not value(cfn, properties.get("BackupRetentionPeriod")):
                yield name, "BackupRetentionPeriod is missing"
            if not is_true(properties.get("ManageMasterUserPassword")) or "MasterUserPassword" in properties:
                yield name, "RDS must manage the password"
            if cluster.get("DeletionPolicy") != "Snapshot":
                yield name, "DeletionPolicy must be Snapshot"
            group = get(resources, get(properties, "DBClusterParameterGroupName", "Ref"))
            if str(get(group, "Properties", "Parameters", "rds.force_ssl")) != "1":
                yield name, "its parameter group must set rds.force_ssl to 1"
        for name, _, properties in of(resources, "AWS::RDS::DBInstance"):
            if properties.get("PubliclyAccessible") is not False:
                yield name, "PubliclyAccessible must be false"
        url = get(cfn.template, "Outputs", "JdbcUrl", "Value")
        if url and ("sslmode=verify-full" not in text(url) or "sslrootcert=" not in text(url)):
            yield "Cluster", "the JDBC URL must verify the certificate: sslmode=verify-full, sslrootcert"


class NothingIsPublic(Rule):
    """No data can be reached from the internet."""

    id = "E9006"

    def faults(self, cfn, resources):
        for name, _, properties in of(resources, "AWS::EC2::SecurityGroup"):
            for entry in properties.get("SecurityGroupIngress", []):
                if not entry.get("SourceSecurityGroupId"):
                    yield name, "ingress must come from a security group"
            if not properties.get("SecurityGroupEgress"):
                yield name, "SecurityGroupEgress is missing: it would allow everything"
            for entry in properties.get("SecurityGroupEgress", []):
                if entry.get("CidrIp") == "0.0.0.0/0" and entry.get("FromPort") != 443:
                    yield name, "only HTTPS may leave for anywhere"
        for name, _, properties in of(resources, "AWS::S3::Bucket"):
            block = properties.get("PublicAccessBlockConfiguration", {})
            if len([on for on in block.values() if is_true(on)]) < 4:
                yield name, "all public access must be blocked"
        for kind in ("AWS::SNS::TopicPolicy", "AWS::SQS::QueuePolicy", "AWS::S3::BucketPolicy"):
            for name, _, properties in of(resources, kind):
                for statement in as_list(get(properties, "PolicyDocument", "Statement")):
                    if "*" in text(statement.get("Principal")):
                        yield name, "a policy must name whom it allows"


class FunctionsAreBounded(Rule):
    """Functions are bounded and traced, and nothing asynchronous is lost."""

    id = "E9007"

    def faults(self, cfn, resources):
        roles = []
        for name, _, properties in of(resources, "AWS::Lambda::Function"):
            if "ReservedConcurrentExecutions" not in properties:
                yield name, "ReservedConcurrentExecutions is missing"
            if get(properties, "TracingConfig", "Mode") != "Active":
                yield name, "tracing must be active"
            role = text(properties.get("Role"))
            if "Fn::GetAtt" not in role or role in roles:
                yield name, "a function needs a role of its own"
            roles.append(role)
            if "{{resolve:" in text(get(properties, "Environment")):
                yield name, "a secret must not stand in the environment"
        for name, _, properties in of(resources, "AWS::Lambda::EventSourceMapping"):
            if not get(properties, "DestinationConfig", "OnFailure", "Destination"):
                yield name, "what cannot be handled must go to a queue"
            if not is_true(properties.get("BisectBatchOnFunctionError")):
                yield name, "BisectBatchOnFunctionError must be true"
        asynchronous = set()
        for name, _, properties in of(resources, "AWS::Lambda::EventInvokeConfig"):
            if not get(properties, "DestinationConfig", "OnFailure", "Destination"):
                yield name, "what fails for good must go to a queue"
            asynchronous.add(get(properties, "FunctionName", "Ref"))
        for name, _, properties in of(resources, "AWS::Scheduler::Schedule"):
            if not get(properties, "Target", "DeadLetterConfig", "Arn"):
                yield name, "what cannot be delivered must go to a queue"
            if not get(properties, "Target", "RetryPolicy"):
                yield name, "RetryPolicy is missing"
            if not properties.get("ScheduleExpressionTimezone"):
                yield name, "a schedule needs a time zone"
            target = str(get(properties, "Target", "Arn", "Ref"))
            if not any(target.startswith(each) for each in asynchronous):
                yield name, "the function that it invokes needs an EventInvokeConfig"


class ApiIsWatched(Rule):
    """The API is logged without secrets, throttled, and outlived by its functions."""

    id = "E9008"
    # What may hold a key or a person.
    hidden = re.compile(r"\$context\.(identity\.apiKey|authorizer|requestOverride)|querystring|header")

    def faults(self, cfn, resources):
        for name, _, properties in of(resources, "AWS::ApiGateway::Stage"):
            settings = properties.get("AccessLogSetting", {})
            form = str(settings.get("Format", ""))
            if not settings.get("DestinationArn") or "$context.requestId" not in form:
                yield name, "access logs with request ids must be on"
            elif self.hidden.search(form):
                yield name, "access logs must hold no headers and no query strings"
            methods = properties.get("MethodSettings", [{}])[0]
            if not methods.get("ThrottlingRateLimit") or not methods.get("ThrottlingBurstLimit"):
                yield name, "the stage must be throttled"
            if is_true(methods.get("DataTraceEnabled")) or methods.get("LoggingLevel") == "INFO":
                yield name, "execution logs would hold prompts and answers"
            if not is_true(properties.get("TracingEnabled")):
                yield name, "tracing must be on"
        for name, _, properties in of(resources, "AWS::ApiGateway::RestApi"):
            if "REGIONAL" not in text(properties.get("EndpointConfiguration")):
                yield name, "the endpoint must be regional: others end at 29 s"
            for path, methods in get(properties, "Body", "paths").items():
                for method in methods.values():
                    yield from self.timeouts(cfn, resources, name, path, method)

    def timeouts(self, cfn, resources, name, path, method):
        integration = get(method, "x-amazon-apigateway-integration")
        called = re.search(r"functions/\$\{(\w+)Aliaslive\}", text(get(integration, "uri")))
        if not called:
            yield name, f"{path} must call the alias live of a function"
            return
        waits = int(value(cfn, integration.get("timeoutInMillis", 29000)))
        ends = 1000 * int(value(cfn, get(resources, called[1], "Properties", "Timeout")))
        if not waits + 1000 <= ends <= waits + 31000:
            yield name, (
                f"{path}: {called[1]} ends after {ends} ms, but must outlive the {waits} ms of the"
                " gateway by 1 s at least and 31 s at most"
            )


class PermissionsAreNarrow(Rule):
    """No policy allows everything, and the API alone may invoke functions."""

    id = "E9009"
    # What belongs to no resource that a policy could name.
    nameless = {
        "xray:PutTraceSegments",
        "xray:PutTelemetryRecords",
        "ec2:CreateNetworkInterface",
        "ec2:DescribeNetworkInterfaces",
        "ec2:DescribeSubnets",
        "ec2:DeleteNetworkInterface",
        "ec2:AssignPrivateIpAddresses",
        "ec2:UnassignPrivateIpAddresses",
    }
    # Of services that SAM gives a role; none of them is a function's.
    managed = ("AWSCodeDeployRoleForLambda", "AmazonAPIGatewayPushToCloudWatchLogs")

    def faults(self, cfn, resources):
        for kind in ("AWS::IAM::Role", "AWS::IAM::ManagedPolicy", "AWS::IAM::Policy"):
            for name, _, properties in of(resources, kind):
                policies = [properties] + properties.get("Policies", [])
                for policy in policies:
                    for statement in as_list(get(policy, "PolicyDocument", "Statement") or []):
                        yield from self.statement(name, statement)
                for arn in properties.get("ManagedPolicyArns", []):
                    ours = isinstance(arn, dict) and "Ref" in arn
                    if not ours and not text(arn).rstrip('"}').endswith(self.managed):
                        yield name, f"{text(arn)} allows more than is used: name the actions"
        for name, _, properties in of(resources, "AWS::Lambda::Permission"):
            if "${__ApiId__}" not in text(properties.get("SourceArn")):
                yield name, "SourceArn must be this API's"

    def statement(self, name, statement):
        if statement.get("Effect") != "Allow":
            return
        actions = as_list(statement.get("Action"))
        if "NotAction" in statement or "NotResource" in statement:
            yield name, "a policy must say what it allows"
        for action in actions:
            if "*" in str(action):
                yield name, f"{action} allows more than is used"
        for resource in as_list(statement.get("Resource")):
            if "*" in text(resource) and not set(actions) <= self.nameless:
                yield name, f"{text(resource)} names too much"


class EverythingHasAnAlarm(Rule):
    """Each function and queue has alarms, and each alarm tells somebody."""

    id = "E9010"

    def faults(self, cfn, resources):
        for name, _, properties in of(resources, "AWS::CloudWatch::Alarm"):
            if not properties.get("AlarmActions"):
                yield name, "AlarmActions is missing: the alarm would notify no one"
            if properties.get("TreatMissingData") not in ("breaching", "notBreaching"):
                yield name, "TreatMissingData must be breaching or notBreaching"
            if "docs/operations.md" not in str(properties.get("AlarmDescription")):
                yield name, "AlarmDescription must lead to docs/operations.md"
        functions = list(of(resources, "AWS::Lambda::Function"))
        if functions:
            observability = resources.get("Observability")
            if not observability:
                yield functions[0][0], "the stack Observability is missing"
                return
            watched = nested(cfn, observability)["Resources"]
            alarms = text([r for r in watched.values() if r.get("Type") == "AWS::CloudWatch::Alarm"])
            stacks = text([r for r in watched.values() if r.get("Type") == "AWS::CloudFormation::Stack"])
            for name, _, properties in functions:
                called = text(properties.get("FunctionName")).split("-")[-1].strip('"}')
                if "${Name}-" + called + '"' not in stacks:
                    yield name, f"infra/observability.yaml has no alarms for {called}"
            for name, _, _ in of(resources, "AWS::SQS::Queue"):
                if text({"Ref": name}) not in alarms:
                    yield name, f"infra/observability.yaml has no alarm for {name}"
