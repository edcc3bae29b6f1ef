/// The functions of the check language. `f(a, b)` and `a.f(b)` are the same call. docs/check-language.md describes each.
package enum ExpressionFunction: String, CaseIterable, Sendable {
    // Values
    case size
    case string
    case int
    case double
    case `default`
    case sum
    case min
    case max
    case sort
    case distinct
    case flatten
    case keys
    // Texts
    case startsWith
    case endsWith
    case contains
    case matches
    case findAll
    case glob
    case lowerAscii
    case upperAscii
    case trim
    case split
    case join
    case replace
    case substring
    // Formats
    case quantity
    case duration
    case time
    case semver
    case cidrContains
    case cidrsOverlap
    case url
    case json
    case yaml
    case base64
    case sha
    // Objects
    case annotation
    case label
    case condition
    case ready
    case readiness
    case completed
    case identity
    // Looking up
    case get
    case list
    case snapshot
    case snapshotList
    case current
    case kindExists
    case selecting
    case selected
    case selects
    case hasReadyEndpoint
    case defaultClass
    case flag
    // Workloads
    case workloads
    case pods
    case podSpec
    case podLabels
    case containers
    case podRefs
    case replicas
    case image
    case schedules
    case allowsEviction
    // Components
    case components
    case isPartOf
    // Credentials
    case cert
    case certs
    case covers
    case registryHosts
    // Other servers
    case probe

    /// How many arguments it takes.
    package var arity: ClosedRange<Int> {
        switch self {
        case .workloads, .components: 0...1
        case .size, .string, .int, .double, .sum, .sort, .distinct, .flatten, .keys, .lowerAscii, .upperAscii, .trim,
            .quantity, .duration, .time, .semver, .url, .json, .yaml, .base64, .sha, .ready, .readiness, .completed,
            .identity, .snapshot, .current, .kindExists, .hasReadyEndpoint, .defaultClass, .flag, .pods,
            .podSpec, .podLabels, .containers, .podRefs, .replicas, .image, .registryHosts:
            1...1
        case .list, .snapshotList, .join: 1...2
        case .min, .max: 1...8
        case .default, .startsWith, .endsWith, .contains, .matches, .findAll, .glob, .split, .cidrContains,
            .cidrsOverlap, .annotation, .label, .condition, .selects, .schedules, .allowsEviction, .isPartOf, .cert,
            .certs, .covers, .probe:
            2...2
        case .substring: 2...3
        case .replace, .get, .selecting, .selected: 3...3
        }
    }

    /// Whether the second argument is a pattern, which must stand in the text so that it is checked when it is read.
    var takesPattern: Bool { self == .matches || self == .findAll }
}
