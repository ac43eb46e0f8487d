/* The sections of a case file, in the order of reading. */
#include "solver/case/case_reader.h"

extern const TasCaseSection tas_section_title, tas_section_mesh, tas_section_curves, tas_section_bodies, tas_section_osteotomy, tas_section_living, tas_section_stiffness_class, tas_section_tissues, tas_section_limits, tas_section_surfaces, tas_section_strands, tas_section_pins, tas_section_device, tas_section_regenerate, tas_section_distraction, tas_section_joints, tas_section_time, tas_section_physiotherapy, tas_section_examinations, tas_section_monitoring, tas_section_solver, tas_section_output, tas_section_catalyst, tas_section_safe_rate;

/* Of a second osteotomy. */
extern const TasCaseSection tas_section_second_osteotomy, tas_section_second_device, tas_section_second_regenerate, tas_section_second_distraction;

const TasCaseSection *const tas_case_sections[] = {
    &tas_section_title,
    &tas_section_mesh,
    &tas_section_curves,
    &tas_section_bodies,
    &tas_section_osteotomy,
    &tas_section_second_osteotomy,
    &tas_section_living,
    &tas_section_stiffness_class,
    &tas_section_tissues,
    &tas_section_limits,
    &tas_section_surfaces,
    &tas_section_strands,
    &tas_section_pins,
    &tas_section_device,
    &tas_section_second_device,
    &tas_section_regenerate,
    &tas_section_second_regenerate,
    &tas_section_distraction,
    &tas_section_second_distraction,
    &tas_section_joints,
    &tas_section_time,
    &tas_section_physiotherapy,
    &tas_section_examinations,
    &tas_section_monitoring,
    &tas_section_solver,
    &tas_section_output,
    &tas_section_catalyst,
    &tas_section_safe_rate,
};
const PetscInt tas_num_case_sections = (PetscInt)(sizeof(tas_case_sections) / sizeof(tas_case_sections[0]));
