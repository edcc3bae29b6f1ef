import KubernetesObjects

/// Images from another registry: `registry.old.example` or `registry.old.example/team` becomes what the mapping has for it.
enum ImageMapping {
    static func apply(_ mapping: [String: String], _ object: inout JSONValue, _ kind: GroupKind) {
        guard let path = PodSpecPath.of(kind) else { return }
        for place in ["containers/*/image", "initContainers/*/image", "volumes/*/image/reference"] {
            object.change(FieldPath("\(path)/\(place)")) { image in
                if let text = image.string { image = .string(mapped(text, mapping)) }
            }
        }
    }

    /// The longest match decides. `docker.io` also stands for images without a registry.
    static func mapped(_ image: String, _ mapping: [String: String]) -> String {
        let full = canonical(image)
        for (old, new) in mapping.sorted(by: { ($0.key.utf8.count, $0.key) > ($1.key.utf8.count, $1.key) }) {
            if image.hasPrefix("\(old)/") { return new + image.dropFirst(old.count) }
            if full.hasPrefix("\(old)/") { return new + full.dropFirst(old.count) }
        }
        return image
    }

    /// With the defaults that container runtimes fill in: `nginx` is `docker.io/library/nginx`.
    private static func canonical(_ image: String) -> String {
        let first = image.prefix { $0 != "/" }
        guard first.endIndex != image.endIndex else { return "docker.io/library/\(image)" }
        let isRegistry = first.contains(".") || first.contains(":") || first == "localhost"
        return isRegistry ? image : "docker.io/\(image)"
    }
}
