import KubernetesObjects

/// The validation of Secrets, whose values never appear in a message.
enum SecretValidation {
    /// The most bytes that a Secret or a ConfigMap may hold.
    static let limit = 1_048_576

    static func validate(_ secret: JSONValue, _ problems: inout FieldProblems) {
        var size = 0
        for member in secret["data"]?.object?.members ?? [] {
            validateKey(member.key, "data[\(member.key)]", &problems)
            let bytes = member.value.string.flatMap(Base64.decode)
            if bytes == nil, !member.value.isNull {
                problems.add(
                    "FieldValueInvalid",
                    "Invalid value: \"<secret contents redacted>\": illegal base64 data",
                    "data[\(member.key)]"
                )
            }
            size += bytes?.count ?? 0
        }
        if size > limit { problems.tooLong("data", limit: limit) }
        let required: [String: [String]] = [
            "kubernetes.io/dockerconfigjson": [".dockerconfigjson"], "kubernetes.io/dockercfg": [".dockercfg"],
            "kubernetes.io/tls": ["tls.crt", "tls.key"], "kubernetes.io/ssh-auth": ["ssh-privatekey"],
        ]
        for key in required[secret.text("type")] ?? [] where secret["data", key] == nil {
            problems.required("data[\(key)]")
        }
        if secret.text("type") == "kubernetes.io/service-account-token",
            secret.annotations["kubernetes.io/service-account.name"] == nil
        {
            problems.required("metadata.annotations[kubernetes.io/service-account.name]")
        }
    }

    static func validateKey(_ key: String, _ field: String, _ problems: inout FieldProblems) {
        let isValid =
            (1...253).contains(key.utf8.count) && key != "." && !key.hasPrefix("..")
            && key.utf8.allSatisfy { byte in
                (0x30...0x39).contains(byte) || (0x41...0x5A).contains(byte) || (0x61...0x7A).contains(byte)
                    || byte == 0x2D || byte == 0x2E || byte == 0x5F
            }
        guard !isValid else { return }
        problems.invalid(
            field,
            .string(key),
            """
            a valid config key must consist of alphanumeric characters, '-', '_' or '.' (e.g. 'key.name',  or \
            'KEY_NAME',  or 'key-name', regex used for validation is '[-._a-zA-Z0-9]+')
            """
        )
    }
}
