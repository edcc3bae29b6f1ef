import KubernetesObjects

/// The selector of a Job, which the API server makes from the Job's uid.
enum JobRules {
    private static let uidLabels = ["controller-uid", "batch.kubernetes.io/controller-uid"]
    private static let nameLabels = ["job-name", "batch.kubernetes.io/job-name"]

    /// Adds the selector and the template labels, but never replaces labels that are there: validation refuses wrong ones.
    static func generateSelector(_ job: inout JSONValue) {
        guard job["spec", "manualSelector"]?.bool != true, job["spec", "template"] != nil else { return }
        for label in uidLabels { job.setDefault(.string(job.uid), "spec", "template", "metadata", "labels", label) }
        for label in nameLabels { job.setDefault(.string(job.name), "spec", "template", "metadata", "labels", label) }
        job.setDefault(.string(job.uid), "spec", "selector", "matchLabels", "batch.kubernetes.io/controller-uid")
        // A Job without labels of its own shows those of its template.
        if job["metadata", "labels"]?.object?.isEmpty ?? true {
            job["metadata", "labels"] = job["spec", "template", "metadata", "labels"]
        }
    }

    static func validate(_ job: JSONValue, _ problems: inout FieldProblems) {
        let restart = job.text("spec", "template", "spec", "restartPolicy")
        if restart == "Always" {
            problems.add(
                "FieldValueRequired",
                "Required value: valid values: \"OnFailure\", \"Never\"",
                "spec.template.spec.restartPolicy"
            )
        }
        for field in ["parallelism", "completions", "backoffLimit", "activeDeadlineSeconds", "ttlSecondsAfterFinished"]
        {
            if let value = job["spec", field]?.int, value < 0 {
                problems.invalid("spec.\(field)", .int(value), "must be greater than or equal to 0")
            }
        }
        let labels = job["spec", "template", "metadata", "labels"]
        if job["spec", "manualSelector"]?.bool == true {
            if job["spec", "selector"] == nil { problems.required("spec.selector") }
            return
        }
        var expected: [String: String] = [:]
        for (keys, value) in [(uidLabels, job.uid), (nameLabels, job.name)] {
            for key in keys {
                expected[key] = value
                guard labels?[key]?.string != value else { continue }
                problems.invalid(
                    "spec.template.metadata.labels[\(key)]",
                    printed: GoText.map(labels),
                    "must be '\(value)'"
                )
            }
        }
        if let selector = job["spec", "selector"], let parsed = try? LabelSelector(of: selector),
            !parsed.matches(expected)
        {
            problems.invalid("spec.selector", printed: GoText.selector(selector), "`selector` not auto-generated")
        }
    }
}
