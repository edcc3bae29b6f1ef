package import KubernetesObjects

extension Repository {
    /// Checks the repository as deep as `level` says.
    ///
    /// - Parameter subset: at the levels that read packs, only the part `part` of `of`; the parts rotate, so that every
    ///   pack is read once when each part has been.
    package func check(
        _ level: CheckLevel,
        subset: (part: Int, of: Int)? = nil
    ) throws(LifeboatError) -> CheckReport {
        try configuration.require(.check)
        if let subset, subset.of < 1 || subset.part < 1 || subset.part > subset.of {
            throw LifeboatError(
                .usage,
                "\(subset.part)/\(subset.of) is no part of a whole",
                remedy: "write the part and the number of parts, such as 1/7"
            )
        }
        if level == .data { try ring.require(.reader, to: "check the contents of snapshots") }
        // What is known of packs may be older than what is stored, so the check begins with nothing.
        let fresh = Repository(store, environment, keyStore, ring, sessionKeys: blobs.sessionKeys)
        var check = RepositoryCheck(repository: fresh, level: level, subset: subset)
        return try check.run()
    }
}
