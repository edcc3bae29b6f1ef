internal import Archive
internal import KubernetesObjects

/// What is wrong with a repository, for people and programs.
enum CheckText {
    static func json(_ problem: CheckProblem) -> JSONValue {
        [
            "path": .string(problem.path), "problem": .string(problem.problem),
            "snapshots": .array(problem.snapshots.map { .string($0) }),
            "objects": .array(problem.objects.map { .string($0) }),
        ]
    }

    static func lines(_ problem: CheckProblem) -> [String] {
        ["✘ \(problem.path): \(problem.problem)"]
            + problem.snapshots.map { "    affects snapshot \($0.prefix(12))" }
            + problem.objects.map { "    affects \($0)" }
    }
}
